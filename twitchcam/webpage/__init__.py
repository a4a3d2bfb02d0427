"""Local web pages: a server that only this computer can reach, and a guard before everything it says."""
