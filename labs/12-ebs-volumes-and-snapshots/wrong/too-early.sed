# Takes the snapshot before the volume grows, and leaves it in one region.
# score: 7/9
# loses snapshot/taken: it is from before the volume grew
# loses snapshot/copied: You have copied no snapshot yet
/modify-volume/{
h
d
}
/copy-snapshot/{
x
}
