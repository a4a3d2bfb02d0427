"""Sessions in the formats of other programs, one module a format; :mod:`twitchcam.exports.registry` knows them all."""
