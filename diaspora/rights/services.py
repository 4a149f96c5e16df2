"""What changes about people's rights."""

from diaspora.rights.copying import ask_for_copy as ask_for_copy
from diaspora.rights.copying import is_ready as is_ready
from diaspora.rights.copying import make_copy as make_copy
from diaspora.rights.copying import waits as waits
from diaspora.rights.erasing import erase as erase
from diaspora.rights.erasing import erase_again as erase_again
from diaspora.rights.erasing import erase_due as erase_due
from diaspora.rights.erasing import remind_due as remind_due
from diaspora.rights.erasing import request_erasure as request_erasure
from diaspora.rights.erasing import take_back as take_back
from diaspora.rights.requesting import act as act
from diaspora.rights.requesting import file_request as file_request
