"""Errors a user can act on: each says what is wrong, where, and what to try.

``TransmendError``
├── ``InputError``      a file that cannot be read as what it should be
├── ``OutputError``     a place that cannot or must not be written
├── ``SettingsError``   an unknown or contradictory setting
└── ``LedgerError``     a record of edits that does not belong to this text
"""

from __future__ import annotations


class TransmendError(Exception):
    """Base class of everything transmend raises on purpose."""


class InputError(TransmendError):
    """A file that cannot be read as what it should be."""


class OutputError(TransmendError):
    """A place that cannot or must not be written."""


class SettingsError(TransmendError):
    """An unknown or contradictory setting."""


class LedgerError(TransmendError):
    """A record of edits that does not belong to this text."""
