"""The grading app: verification, leaderboard and what staff see."""

from django.apps import AppConfig


class GradingConfig(AppConfig):
    """Names the app and connects its receivers to what coursework announces."""

    name = "grading"
    verbose_name = "Grading"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers; models can't be imported before."""
        from grading import receivers

        receivers.connect()
