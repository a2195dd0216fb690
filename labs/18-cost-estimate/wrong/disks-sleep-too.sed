# Takes the disks to be free at night, and thinks of no tag for the bucket.
# score: 8/10
# loses project/bucket: has no tag Project=
# loses savings/workdays: 217 hours and everything else always
/put-bucket-tagging/d
s/hour \* nights \+ ebs \+ s3/hour * nights + (ebs + s3) * nights \/ 730/
