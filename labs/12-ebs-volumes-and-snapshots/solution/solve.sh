#!/usr/bin/env bash
# Does everything the lab asks for.
set -euo pipefail
# AWS CLI 2 before 2.13 does not read AWS_ENDPOINT_URL by itself.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }

device=/dev/sdf
zone=us-east-1a
other_zone=us-east-1b
instance=$(aws ec2 run-instances --image-id ami-0c55b159cbfafe1f0 --instance-type t3.micro \
  --placement "AvailabilityZone=$zone" --query 'Instances[0].InstanceId' --output text)
volume=$(aws ec2 create-volume --availability-zone "$zone" --size "$LAB_SIZE" --volume-type gp3 --encrypted \
  --tag-specifications "ResourceType=volume,Tags=[{Key=Name,Value=$LAB_NAME}]" --query VolumeId --output text)
aws ec2 wait instance-running --instance-ids "$instance"
aws ec2 wait volume-available --volume-ids "$volume"
aws ec2 attach-volume --volume-id "$volume" --instance-id "$instance" --device "$device"

aws ec2 modify-volume --volume-id "$volume" --size "$LAB_LARGER" --iops 4000

snapshot=$(aws ec2 create-snapshot --volume-id "$volume" --query SnapshotId --output text)
aws ec2 wait snapshot-completed --snapshot-ids "$snapshot"
aws ec2 copy-snapshot --region "$LAB_REGION" --source-region us-east-1 --source-snapshot-id "$snapshot"

aws ec2 create-volume --snapshot-id "$snapshot" --availability-zone "$other_zone" --volume-type gp3
