"""What coursework announces. It never imports who listens (grading does)."""

from django.dispatch import Signal

# Sent by services.submissions.submit inside the transaction that stores the submission, so that what listeners
# write (the queued verification) is stored or lost together with it. Argument: submission.
submission_received = Signal()
