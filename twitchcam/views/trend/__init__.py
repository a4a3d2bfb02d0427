"""The trend page: how often it twitched over days and weeks, and with what."""
