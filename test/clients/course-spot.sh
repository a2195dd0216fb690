# The course's spot sections with the real AWS CLI, and the effects they describe. Stops at the first thing that is not so.
# $AWS_ENDPOINT_URL is the emulator; the caller is the administrator `student`.
set -euo pipefail

aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
pass() { # pass DURATION: virtual time goes on
  curl -sf -X POST "$AWS_ENDPOINT_URL/_pocketcloud/clock/advance" -d "{\"duration\": \"$1\"}" >/dev/null
}
echo '# what the sections before have made: keys, groups, profiles'
python=python3 # the one that has boto3: on the path, or Debian's own
$python -c 'import boto3' 2>/dev/null || python=/usr/bin/python3
read -r SG_ID < <($python - <<'PY'
import json, os, boto3
url = os.environ["AWS_ENDPOINT_URL"]
ec2, iam = boto3.client("ec2", endpoint_url=url), boto3.client("iam", endpoint_url=url)
for name in ["ml-key", "my-ml-keypair", "ml-inference-key"]:
    ec2.create_key_pair(KeyName=name, KeyType="ed25519")
ec2.create_security_group(GroupName="ml-sg", Description="ml")
trusts = lambda service: json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}]})
iam.create_role(RoleName="ml", AssumeRolePolicyDocument=trusts("ec2.amazonaws.com"))
for name in ["ml-instance-profile", "ml-inference-ec2-profile"]:
    iam.create_instance_profile(InstanceProfileName=name)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName="ml")
# The role that the course leaves for later.
iam.create_role(RoleName="aws-ec2-spot-fleet-tagging-role", AssumeRolePolicyDocument=trusts("spotfleet.amazonaws.com"))
print(ec2.create_security_group(GroupName="ml-inference-sg", Description="ml")["GroupId"])
PY
)
ACCOUNT_ID=123456789012
AMI_ID=ami-0c55b159cbfafe1f0

echo '# exercise 2: the price of a t2.micro is about 70% below $0.0116'
aws ec2 describe-spot-price-history \
  --instance-types t2.micro \
  --product-descriptions "Linux/UNIX" \
  --availability-zone us-east-1a \
  --start-time $(date -u +%Y-%m-%dT%H:%M:%S) \
  --query 'SpotPriceHistory[0].{AZ:AvailabilityZone,Price:SpotPrice,Time:Timestamp}' \
  --output table >price.txt
grep -q us-east-1a price.txt
grep -qE ' 0\.0[01][0-9]{4} ' price.txt

echo '# exercise 2: a spot instance for at most the on-demand price'
# The course has TagSpecifications in here, which no client takes: the launch specification of a spot request has none.
cat >spot-request.json <<JSON
{
  "ImageId": "$AMI_ID",
  "InstanceType": "t2.micro",
  "KeyName": "ml-inference-key",
  "SecurityGroupIds": ["$SG_ID"],
  "IamInstanceProfile": {"Name": "ml-inference-ec2-profile"}
}
JSON
SPOT_REQUEST_ID=$(aws ec2 request-spot-instances \
  --spot-price "0.0116" \
  --instance-count 1 \
  --type "one-time" \
  --launch-specification file://spot-request.json \
  --query 'SpotInstanceRequests[0].SpotInstanceRequestId' --output text)
aws ec2 wait spot-instance-request-fulfilled --spot-instance-request-ids $SPOT_REQUEST_ID
aws ec2 describe-spot-instance-requests \
  --spot-instance-request-ids $SPOT_REQUEST_ID | grep -q '"Code": "fulfilled"'
SPOT_INSTANCE_ID=$(aws ec2 describe-spot-instance-requests \
  --spot-instance-request-ids $SPOT_REQUEST_ID \
  --query 'SpotInstanceRequests[0].InstanceId' \
  --output text)
[[ $SPOT_INSTANCE_ID == i-* ]]
[ "$(aws ec2 describe-instances --instance-ids $SPOT_INSTANCE_ID \
  --query 'Reservations[0].Instances[0].InstanceLifecycle' --output text)" = spot ]

echo '# exercise 1 and the lecture: a GPU for a dollar comes, one for five cents waits'
cat >spot-specification.json <<'JSON'
{
  "ImageId": "ami-0c55b159cbfafe1f0",
  "InstanceType": "p3.2xlarge",
  "KeyName": "ml-key",
  "SecurityGroups": ["ml-sg"],
  "UserData": "IyEvYmluL2Jhc2gKYXB0LWdldCB1cGRhdGUK",
  "IamInstanceProfile": {
    "Name": "ml-instance-profile"
  },
  "BlockDeviceMappings": [{
    "DeviceName": "/dev/sda1",
    "Ebs": {
      "VolumeSize": 200,
      "VolumeType": "gp3",
      "DeleteOnTermination": true
    }
  }]
}
JSON
GPU_REQUEST=$(aws ec2 request-spot-instances \
  --spot-price "1.00" \
  --instance-count 1 \
  --type "one-time" \
  --launch-specification file://spot-specification.json \
  --query 'SpotInstanceRequests[0].SpotInstanceRequestId' --output text)
aws ec2 wait spot-instance-request-fulfilled --spot-instance-request-ids $GPU_REQUEST
aws ec2 request-spot-instances \
  --spot-price "0.05" \
  --instance-count 1 \
  --type "one-time" \
  --launch-specification '{
    "ImageId": "ami-0c55b159cbfafe1f0",
    "InstanceType": "p3.2xlarge",
    "KeyName": "my-ml-keypair"
  }' >/dev/null
# Monitor spot instance
aws ec2 describe-spot-instance-requests | grep -q 'Your Spot request price of 0.05 is lower than the minimum'

echo '# exercise 2: a spot fleet'
cat > spot-fleet-config.json <<JSON
{
  "IamFleetRole": "arn:aws:iam::${ACCOUNT_ID}:role/aws-ec2-spot-fleet-tagging-role",
  "AllocationStrategy": "lowestPrice",
  "TargetCapacity": 2,
  "SpotPrice": "0.05",
  "LaunchSpecifications": [
    {
      "ImageId": "$AMI_ID",
      "InstanceType": "t2.small",
      "KeyName": "ml-inference-key",
      "SecurityGroups": [{"GroupId": "$SG_ID"}],
      "IamInstanceProfile": {"Arn": "arn:aws:iam::${ACCOUNT_ID}:instance-profile/ml-inference-ec2-profile"}
    },
    {
      "ImageId": "$AMI_ID",
      "InstanceType": "t3.small",
      "KeyName": "ml-inference-key",
      "SecurityGroups": [{"GroupId": "$SG_ID"}],
      "IamInstanceProfile": {"Arn": "arn:aws:iam::${ACCOUNT_ID}:instance-profile/ml-inference-ec2-profile"}
    }
  ]
}
JSON
FLEET=$(aws ec2 request-spot-fleet --spot-fleet-request-config file://spot-fleet-config.json \
  --query SpotFleetRequestId --output text)
[ "$(aws ec2 describe-spot-fleet-instances --spot-fleet-request-id $FLEET --query 'length(ActiveInstances)')" = 2 ]
aws ec2 cancel-spot-fleet-requests --spot-fleet-request-ids $FLEET --terminate-instances >/dev/null

echo '# the two-minute warning, and what is left of the request'
curl -sf -X POST "$AWS_ENDPOINT_URL/_pocketcloud/spot/interrupt" -d "{\"instance\": \"$SPOT_INSTANCE_ID\"}" >/dev/null
aws ec2 describe-spot-instance-requests --spot-instance-request-ids $SPOT_REQUEST_ID | grep -q marked-for-termination
pass 2m
aws ec2 wait instance-terminated --instance-ids $SPOT_INSTANCE_ID
aws ec2 describe-spot-instance-requests --spot-instance-request-ids $SPOT_REQUEST_ID | grep -q '"State": "closed"'

echo '# cleanup'
aws ec2 cancel-spot-instance-requests --spot-instance-request-ids $GPU_REQUEST >/dev/null
aws ec2 terminate-instances --instance-ids "$(aws ec2 describe-spot-instance-requests --spot-instance-request-ids $GPU_REQUEST \
  --query 'SpotInstanceRequests[0].InstanceId' --output text)" >/dev/null
aws ec2 delete-security-group --group-id $SG_ID >/dev/null
echo 'all done'
