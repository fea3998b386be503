"""What a roster's columns and roles may be called: ours, those of learning platforms, and German ones."""

import unicodedata

USERNAME, EMAIL, FIRST_NAME, LAST_NAME = "username", "email", "first_name", "last_name"
NAME, SECTION, ROLE, ID_NUMBER = "name", "section", "role", "id_number"

# The order in which a roster is written; "name" is only ever read.
WRITTEN = (USERNAME, EMAIL, FIRST_NAME, LAST_NAME, ROLE, SECTION, ID_NUMBER)
LONGEST = {
    USERNAME: 150,
    EMAIL: 254,
    FIRST_NAME: 150,
    LAST_NAME: 150,
    NAME: 300,
    SECTION: 60,
    ROLE: 60,
    ID_NUMBER: 60,
}
LABELS = {
    USERNAME: "Username",
    EMAIL: "E-mail",
    FIRST_NAME: "First name",
    LAST_NAME: "Last name",
    NAME: "Name",
    SECTION: "Section",
    ROLE: "Role",
    ID_NUMBER: "Id number",
}

# Spellings as `plain` leaves them: small letters and digits only.
_HEADERS = {
    USERNAME: "username user userid login loginid loginname sisloginid uid account benutzername anmeldename "
    "nutzername benutzerkennung nutzerkennung kennung",
    EMAIL: "email emailaddress mail mailaddress emailadresse mailadresse",
    FIRST_NAME: "firstname first givenname forename vorname",
    LAST_NAME: "lastname last surname familyname nachname familienname zuname",
    NAME: "name fullname displayname student vollständigername vollername",
    SECTION: "section sections group groups lab labgroup sektion gruppe gruppen übungsgruppe uebungsgruppe tutorium",
    ROLE: "role roles rolle rollen",
    ID_NUMBER: "idnumber id studentid studentnumber studentidnumber sisuserid orgdefinedid matriculationnumber "
    "matrikelnummer matrikelnr leginummer leginr legi personalnummer",
}
_ROLES = {
    "student": "student students learner participant studentin studierende studierender studierend teilnehmer "
    "teilnehmerin",
    "ta": "ta teachingassistant assistant tutor noneditingteacher tutorin assistent assistentin "
    "hilfsassistent hilfsassistentin assistierende",
    "instructor": "instructor teacher editingteacher lecturer professor dozent dozentin dozierende dozierender "
    "lehrer lehrerin lehrperson trainer trainerin",
}
FIELD_OF_HEADER = {spelling: field for field, spellings in _HEADERS.items() for spelling in spellings.split()}
ROLE_OF_WORD = {spelling: role for role, spellings in _ROLES.items() for spelling in spellings.split()}
# What the upload page says: our header, what it holds, and other spellings of it.
HEADERS_SHOWN = (
    ("username", "The name for signing in. It or the e-mail has to be there.", "login, SIS Login ID, Benutzername"),
    ("email", "Without a username, it is that as well.", "E-mail address, Mail, E-Mail-Adresse"),
    ("first_name", "Only for accounts that nobody has used yet.", "First name, Given name, Vorname"),
    ("last_name", "As first_name.", "Last name, Surname, Nachname"),
    ("name", "First and last name in one; “Last, First” works, too.", "Full name, Student, Vollständiger Name"),
    ("role", "student, ta or instructor. Empty: student, or as it is.", "Roles, Rolle (Tutor, Dozentin, …)"),
    ("section", "A new name makes a new section. Empty: no section.", "Group, Gruppe, Übungsgruppe"),
    ("id_number", "The number at the school. Empty: none.", "ID number, Student ID, Matrikelnummer"),
)
ROLE_LABELS = {"student": "Student", "ta": "Teaching assistant", "instructor": "Instructor"}
ROLES_ALLOWED = "student, ta or instructor"


def plain(text: str) -> str:
    """Reduce a header or a role to small letters and digits: "E-Mail Address" becomes "emailaddress"."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).casefold() if letter.isalnum())


def fields_of(header: list[str]) -> list[str | None]:
    """Say for each column which field it is; None for those that are not used.

    German lists call the last name "Name" when there is a "Vorname": so that is what it means then.
    """
    fields = [FIELD_OF_HEADER.get(plain(word)) for word in header]
    if FIRST_NAME in fields and LAST_NAME not in fields:
        fields = [LAST_NAME if field == NAME else field for field in fields]
    return fields
