"""What measures instead of asserting: accuracy, false alarms, calibration and speed.

``python -m tests.benchmarks --help`` says how; results are in ``docs/benchmarks``.
"""
