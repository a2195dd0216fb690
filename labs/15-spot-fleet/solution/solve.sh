#!/usr/bin/env bash
# Does everything the lab asks for.
set -euo pipefail
# AWS CLI 2 before 2.13 does not read AWS_ENDPOINT_URL by itself.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
advance() {
  curl --silent --fail --output /dev/null --header 'content-type: application/json' \
    --data "{\"seconds\":$1}" "$AWS_ENDPOINT_URL/_pocketcloud/clock/advance"
}

role=$(aws iam create-role --role-name "$LAB_FLEET" --query Role.Arn --output text --assume-role-policy-document \
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"spotfleet.amazonaws.com"},"Action":"sts:AssumeRole"}]}')
aws iam attach-role-policy --role-name "$LAB_FLEET" \
  --policy-arn arn:aws:iam::aws:policy/service-role/AmazonEC2SpotFleetTaggingRole

cat > fleet.json <<FLEET
{
  "IamFleetRole": "$role",
  "AllocationStrategy": "diversified",
  "TargetCapacity": $LAB_CAPACITY,
  "Type": "maintain",
  "LaunchSpecifications": [
    { "ImageId": "ami-0c55b159cbfafe1f0", "InstanceType": "t3.small" },
    { "ImageId": "ami-0c55b159cbfafe1f0", "InstanceType": "t3a.small" }
  ]
}
FLEET
fleet=$(aws ec2 request-spot-fleet --spot-fleet-request-config file://fleet.json --query SpotFleetRequestId --output text)
advance 60
victim=$(aws ec2 describe-spot-fleet-instances --spot-fleet-request-id "$fleet" \
  --query 'ActiveInstances[0].InstanceId' --output text)
aws ec2 terminate-instances --instance-ids "$victim"
advance 600
aws ec2 cancel-spot-fleet-requests --spot-fleet-request-ids "$fleet" --terminate-instances
advance 300
