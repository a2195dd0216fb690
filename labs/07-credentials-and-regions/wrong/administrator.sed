# Gives the user everything, and puts the disk into the first zone.
# score: 7/9
# loses key/read-only: holds AdministratorAccess. Expected ReadOnlyAccess
# loses regions/volume: a. Expected
s/ReadOnlyAccess/AdministratorAccess/
s/^zone=.*/zone="${LAB_REGION}a"/
