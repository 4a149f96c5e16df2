"""What changes about placements, and may be asked for by later packages."""

from diaspora.placements.acting import act as act
from diaspora.placements.acting import expire_passed as expire_passed
from diaspora.placements.editing import copy as copy
from diaspora.placements.editing import create as create
from diaspora.placements.editing import edit as edit
from diaspora.placements.editing import follow_institution as follow_institution
from diaspora.placements.importing import import_placements as import_placements
