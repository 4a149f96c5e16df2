"""Mails: stored with the change that causes them, sent by a job."""
