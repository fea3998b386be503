"""The class of the samples, and values for it."""

from decimal import Decimal
from pathlib import Path

from grading.lms.columns import TaskColumn
from grading.lms.layout import LmsFile
from grading.lms.matching import Person
from grading.lms.recognising import read_lms_file
from grading.lms.values import Value

SAMPLES = Path(__file__).parent / "samples"
ASH = Person(1, "Alex", "Ash", "ash1", "ash@school.example", "1001", "Lab 1")
BIRCH = Person(2, "Blake", "Birch", "birch2", "birch@school.example", "1002", "Lab 1")
CEDAR = Person(3, "Casey", "Čedar", "cedar3", "cedar3@school.example", "1003", "Lab 2")
DOGWOOD = Person(4, "Devon", "Dogwood", "dogwood4", "", "1004")
ELM = Person(5, "Emery", "Elm", "elm5")
GORSE = Person(6, "Gale", "Gorse", "gorse7", "gorse@school.example", "1007")
CLASS = (ASH, BIRCH, CEDAR, DOGWOOD, ELM, GORSE)
CIRCLE = TaskColumn(11, "Task A: Circle", Decimal("10.0"))
ESSAY = TaskColumn(12, "Essay", Decimal("20.0"))


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def file_of(name: str) -> LmsFile:
    return read_lms_file(sample(name))


def points(text: str) -> Value:
    return Value(points=Decimal(text))


def column_of(file: LmsFile, title: str) -> int:
    return next(column.position for column in file.columns if column.title == title)
