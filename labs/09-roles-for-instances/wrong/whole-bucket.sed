# Lets the machine read everything in the bucket.
# score: 7/10
# loses role/only: may do s3:GetObject on arn:aws:s3:::
# loses use/refused: has been refused nothing
s/models\/\*"$/*"/
