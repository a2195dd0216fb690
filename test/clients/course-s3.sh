# The course's S3 sections with the real AWS CLI, and the effects they describe. Stops at the first thing that is not so.
# $AWS_ENDPOINT_URL is the emulator; the caller is the administrator `student`.
set -euo pipefail

aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
refused() { # refused CODE COMMAND…: the command must fail, with AWS's code
  local code=$1 said
  shift
  if said=$("$@" 2>&1); then echo "not refused: $*" >&2; exit 1; fi
  grep -q "$code" <<<"$said" || { echo "not $code: $said" >&2; exit 1; }
}
same() { # same EXPECTED SAID
  [ "$1" = "$2" ] || { echo "expected: $1, but: $2" >&2; exit 1; }
}
advance() { curl -sf -X POST "$AWS_ENDPOINT_URL/_pocketcloud/clock/advance" -d "{\"duration\": \"$1\"}" >/dev/null; }

account=$(aws sts get-caller-identity --query Account --output text)
bucket=ml-models-dev-$account
replica=ml-models-replica-$account

echo '# a bucket: made, listed, encrypted, versioned, closed to the public'
same "make_bucket: $bucket" "$(aws s3 mb "s3://$bucket" --region us-east-1)"
aws s3 ls | grep "$bucket" >/dev/null
aws s3api put-bucket-encryption --bucket "$bucket" --server-side-encryption-configuration '{
  "Rules": [{ "ApplyServerSideEncryptionByDefault": { "SSEAlgorithm": "AES256" }, "BucketKeyEnabled": true }] }'
same $'AES256\tTrue' "$(aws s3api get-bucket-encryption --bucket "$bucket" --output text \
  --query 'ServerSideEncryptionConfiguration.Rules[0].[ApplyServerSideEncryptionByDefault.SSEAlgorithm,BucketKeyEnabled]')"
aws s3api put-bucket-versioning --bucket "$bucket" --versioning-configuration Status=Enabled
same Enabled "$(aws s3api get-bucket-versioning --bucket "$bucket" --query Status --output text)"
aws s3api put-public-access-block --bucket "$bucket" --public-access-block-configuration \
  BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true
same $'True\tTrue\tTrue\tTrue' "$(aws s3api get-public-access-block --bucket "$bucket" --output text --query \
  'PublicAccessBlockConfiguration.[BlockPublicAcls,IgnorePublicAcls,BlockPublicPolicy,RestrictPublicBuckets]')"
cat >bucket-policy.json <<EOF
{ "Version": "2012-10-17", "Statement": [{ "Sid": "PublicReadGetObject", "Effect": "Allow", "Principal": "*",
  "Action": "s3:GetObject", "Resource": "arn:aws:s3:::$bucket/*" }] }
EOF
refused '(AccessDenied)' aws s3api put-bucket-policy --bucket "$bucket" --policy file://bucket-policy.json

echo '# a model with metadata, and a directory that is kept in step'
echo 'Placeholder PyTorch model' >resnet50.pth
aws s3 cp resnet50.pth "s3://$bucket/models/v1.0/resnet50.pth" --no-progress \
  --metadata model_version=1.0,framework=pytorch,accuracy=0.95 --storage-class STANDARD >/dev/null
same $'26\tpytorch\t0.95\tAES256' "$(aws s3api head-object --bucket "$bucket" --key models/v1.0/resnet50.pth --output text \
  --query '[ContentLength,Metadata.framework,Metadata.accuracy,ServerSideEncryption]')"
aws s3 ls "s3://$bucket/models/v1.0/" | grep -E '^[0-9-]{10} [0-9:]{8} +26 resnet50.pth$' >/dev/null
mkdir -p training-data/images
echo image1.jpg >training-data/images/cat1.jpg
echo image2.jpg >training-data/images/dog1.jpg
# S3 keeps whole seconds: a file of this very second would look newer than its object, and be sent again.
touch -d '1 minute ago' training-data/images/*
aws s3 sync training-data/ "s3://$bucket/training-data/" --delete --no-progress >/dev/null
same '' "$(aws s3 sync training-data/ "s3://$bucket/training-data/" --delete --no-progress)"
rm training-data/images/dog1.jpg
same "delete: s3://$bucket/training-data/images/dog1.jpg" \
  "$(aws s3 sync training-data/ "s3://$bucket/training-data/" --delete --no-progress)"
same training-data/images/cat1.jpg "$(aws s3 ls "s3://$bucket/training-data/" --recursive | awk '{print $4}')"

echo '# versions: an older model is still there'
echo 'A better model' >model.pth
aws s3 cp model.pth "s3://$bucket/models/v1.0/resnet50.pth" --no-progress >/dev/null
older=$(aws s3api list-object-versions --bucket "$bucket" --prefix models/v1.0/resnet50.pth --output text \
  --query 'Versions[?IsLatest==`false`].VersionId')
aws s3api get-object --bucket "$bucket" --key models/v1.0/resnet50.pth --version-id "$older" model-old-version.pth >/dev/null
cmp resnet50.pth model-old-version.pth
aws s3 rm "s3://$bucket/models/v1.0/resnet50.pth" >/dev/null
refused '(404)' aws s3api head-object --bucket "$bucket" --key models/v1.0/resnet50.pth
marker=$(aws s3api list-object-versions --bucket "$bucket" --prefix models/ --query 'DeleteMarkers[0].VersionId' --output text)
aws s3api delete-object --bucket "$bucket" --key models/v1.0/resnet50.pth --version-id "$marker" >/dev/null
same 'A better model' "$(aws s3 cp "s3://$bucket/models/v1.0/resnet50.pth" -)"

echo '# replication to another region'
same "make_bucket: $replica" "$(aws s3 mb "s3://$replica" --region us-west-2)"
same us-west-2 "$(aws s3api get-bucket-location --bucket "$replica" --query LocationConstraint --output text)"
cat >replication-role-trust-policy.json <<'EOF'
{ "Version": "2012-10-17",
  "Statement": [{ "Effect": "Allow", "Principal": { "Service": "s3.amazonaws.com" }, "Action": "sts:AssumeRole" }] }
EOF
aws iam create-role --role-name s3-replication-role \
  --assume-role-policy-document file://replication-role-trust-policy.json >/dev/null
cat >replication-role-policy.json <<EOF
{ "Version": "2012-10-17", "Statement": [
  { "Effect": "Allow", "Action": ["s3:GetReplicationConfiguration", "s3:ListBucket"], "Resource": "arn:aws:s3:::$bucket" },
  { "Effect": "Allow", "Action": ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl"],
    "Resource": "arn:aws:s3:::$bucket/*" },
  { "Effect": "Allow", "Action": ["s3:ReplicateObject", "s3:ReplicateDelete"], "Resource": "arn:aws:s3:::$replica/*" }] }
EOF
aws iam put-role-policy --role-name s3-replication-role --policy-name s3-replication-policy \
  --policy-document file://replication-role-policy.json
cat >replication-config.json <<EOF
{ "Role": "arn:aws:iam::$account:role/s3-replication-role",
  "Rules": [{ "Status": "Enabled", "Priority": 1, "DeleteMarkerReplication": { "Status": "Enabled" },
    "Filter": { "Prefix": "models/" },
    "Destination": { "Bucket": "arn:aws:s3:::$replica",
      "ReplicationTime": { "Status": "Enabled", "Time": { "Minutes": 15 } },
      "Metrics": { "Status": "Enabled", "EventThreshold": { "Minutes": 15 } } } }] }
EOF
# The destination has to be versioned first, as the course says.
refused '(InvalidRequest)' aws s3api put-bucket-replication --bucket "$bucket" \
  --replication-configuration file://replication-config.json
aws s3api put-bucket-versioning --bucket "$replica" --versioning-configuration Status=Enabled --region us-west-2
aws s3api put-bucket-replication --bucket "$bucket" --replication-configuration file://replication-config.json
same 15 "$(aws s3api get-bucket-replication --bucket "$bucket" --output text \
  --query 'ReplicationConfiguration.Rules[0].Destination.ReplicationTime.Time.Minutes')"
echo 'test replication' >test-replication.txt
aws s3 cp test-replication.txt "s3://$bucket/models/test-replication.txt" --no-progress >/dev/null
advance 15m
aws s3 ls "s3://$replica/models/" --region us-west-2 | grep test-replication.txt >/dev/null
same COMPLETED "$(aws s3api head-object --bucket "$bucket" --key models/test-replication.txt --query ReplicationStatus --output text)"

echo '# lifecycle: what grows old becomes cheaper, and then goes'
cat >s3-lifecycle-policy.json <<'EOF'
{ "Rules": [
  { "ID": "archive-old-models", "Status": "Enabled", "Filter": { "Prefix": "models/" },
    "Transitions": [{ "Days": 30, "StorageClass": "STANDARD_IA" }, { "Days": 90, "StorageClass": "GLACIER_IR" }],
    "NoncurrentVersionTransitions": [{ "NoncurrentDays": 30, "StorageClass": "STANDARD_IA" }],
    "NoncurrentVersionExpiration": { "NoncurrentDays": 180 } },
  { "ID": "delete-old-logs", "Status": "Enabled", "Filter": { "Prefix": "logs/" }, "Expiration": { "Days": 30 } },
  { "ID": "cleanup-incomplete-uploads", "Status": "Enabled", "Filter": {},
    "AbortIncompleteMultipartUpload": { "DaysAfterInitiation": 7 } }] }
EOF
aws s3api put-bucket-lifecycle-configuration --bucket "$bucket" --lifecycle-configuration file://s3-lifecycle-policy.json >/dev/null
same 3 "$(aws s3api get-bucket-lifecycle-configuration --bucket "$bucket" --query 'length(Rules)')"
head -c 200000 /dev/zero >large.bin
aws s3 cp large.bin "s3://$bucket/models/large.bin" --no-progress >/dev/null
aws s3 cp model.pth "s3://$bucket/logs/today.log" --no-progress >/dev/null
aws s3api create-multipart-upload --bucket "$bucket" --key stale >/dev/null
advance 32d
same STANDARD_IA "$(aws s3api head-object --bucket "$bucket" --key models/large.bin --query StorageClass --output text)"
refused '(404)' aws s3api head-object --bucket "$bucket" --key logs/today.log
same 0 "$(aws s3api list-multipart-uploads --bucket "$bucket" --query 'length(Uploads || `[]`)')"
advance 60d
same GLACIER_IR "$(aws s3api head-object --bucket "$bucket" --key models/large.bin --query StorageClass --output text)"

echo '# access logs'
aws s3 mb s3://my-logs-bucket >/dev/null
aws s3api put-bucket-policy --bucket my-logs-bucket --policy "{ \"Version\": \"2012-10-17\", \"Statement\": [{
  \"Effect\": \"Allow\", \"Principal\": { \"Service\": \"logging.s3.amazonaws.com\" }, \"Action\": \"s3:PutObject\",
  \"Resource\": \"arn:aws:s3:::my-logs-bucket/*\" }] }"
aws s3api put-bucket-logging --bucket "$bucket" --bucket-logging-status \
  '{ "LoggingEnabled": { "TargetBucket": "my-logs-bucket", "TargetPrefix": "s3-access-logs/" } }'
aws s3 ls "s3://$bucket/" >/dev/null
advance 3h
log=$(aws s3api list-objects-v2 --bucket my-logs-bucket --prefix s3-access-logs/ --query 'Contents[0].Key' --output text)
aws s3 cp "s3://my-logs-bucket/$log" - | grep "$bucket .* REST.GET.BUCKET " >/dev/null

echo '# the everyday commands'
work=s3://my-ml-training-data-123456789
aws s3 mb "$work" --region us-east-1 >/dev/null
mkdir -p data/deep experiments/failed fetched synced
for n in 1 2 3; do echo "row $n" >"data/part-$n.csv"; done
head -c 1572864 /dev/zero >data/deep/large.bin
aws s3 cp model.pth "$work/models/" --no-progress >/dev/null
aws s3 cp ./data/ "$work/data/" --recursive --no-progress >/dev/null
aws s3 sync ./data/ "$work/data/" --no-progress >/dev/null
same "    1.5 MiB large.bin" "$(aws s3 ls "$work/data/deep/" --human-readable | cut -c20-)"
same $'Total Objects: 5\n   Total Size: 1572897' "$(aws s3 ls "$work" --recursive --summarize | tail -2)"
aws s3 ls "$work/" | grep 'PRE data/' >/dev/null
aws s3 cp "$work/models/model.pth" ./fetched/ --no-progress >/dev/null
cmp model.pth fetched/model.pth
aws s3 cp "$work/data/" ./fetched/ --recursive --no-progress >/dev/null
aws s3 sync "$work/data/" ./synced/ --no-progress >/dev/null
diff -r data synced
aws s3 mv "$work/models/model.pth" "$work/models/old-model.pth" --no-progress >/dev/null
aws s3 rm "$work/models/old-model.pth" >/dev/null
same 4 "$(aws s3 rm "$work/data/" --recursive | wc -l)"
aws s3 cp model.pth "$work/last.pth" --no-progress >/dev/null
refused BucketNotEmpty aws s3 rb "$work"
aws s3 rb "$work" --force | grep 'remove_bucket: my-ml-training-data-123456789' >/dev/null
# Where every version is kept, `--force` leaves delete markers, and the bucket stays: as on AWS.
refused BucketNotEmpty aws s3 rb "s3://$bucket" --force
echo 'all done'
