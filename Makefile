# Forwards to dev.py, which does the work: make run, make test, ...
run test lint types migrate lock messages:
	python3 dev.py $@

.PHONY: run test lint types migrate lock messages
