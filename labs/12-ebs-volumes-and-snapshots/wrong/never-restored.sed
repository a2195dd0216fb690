# Leaves it unattached and small, and trusts the snapshot without trying it.
# score: 3/9
# loses volume/attached: is attached to nothing
# loses grow/larger: Expected
# loses grow/faster: does 3000 IOPS
# loses snapshot/taken: it is from before the volume grew
# loses restore/restored: No volume was made from a snapshot of yours
# loses restore/elsewhere: There is no restored volume yet
/attach-volume|modify-volume|create-volume --snapshot-id/d
