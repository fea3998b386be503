"""What coursework announces. It never imports who listens (grading does)."""

from django.dispatch import Signal

# Sent by services.submissions.submit inside the transaction that stores the submission, so that what listeners
# write (the queued verification) is stored or lost together with it. Argument: submission.
submission_received = Signal()

# Sent by services.drafts inside the transaction that stores the row of a draft's picture. The pictures of a submission
# are announced with the submission. Arguments: name (where it stands in storage), upload_hash.
picture_stored = Signal()

# Sent by services.course_copy inside the transaction that copies a course, once for each task. Arguments: source, copy.
task_copied = Signal()
