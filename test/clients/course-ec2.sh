# The course's EC2, EBS and cleanup sections with the real AWS CLI, and the effects they describe. Stops at the first
# thing that is not so. $AWS_ENDPOINT_URL is the emulator; the caller is the administrator `student`.
set -euo pipefail

aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
is() { [ "$1" = "$2" ] || { echo "'$1' is not '$2'" >&2; exit 1; }; }
state_of() { aws ec2 describe-instances --instance-ids "$1" --query 'Reservations[0].Instances[0].State.Name' --output text; }
ip_of() { aws ec2 describe-instances --instance-ids "$1" --query 'Reservations[0].Instances[0].PublicIpAddress' --output text; }

echo '# the profile that the IAM sections have made'
cat >ec2-trust.json <<'JSON'
{ "Version": "2012-10-17",
  "Statement": [{ "Effect": "Allow", "Principal": { "Service": "ec2.amazonaws.com" }, "Action": "sts:AssumeRole" }] }
JSON
aws iam create-role --role-name ml-inference --assume-role-policy-document file://ec2-trust.json >/dev/null
aws iam create-instance-profile --instance-profile-name ml-inference-ec2-profile >/dev/null
aws iam add-role-to-instance-profile --instance-profile-name ml-inference-ec2-profile --role-name ml-inference

echo '# images, a security group, a key pair'
aws ec2 describe-images --owners 099720109477 \
  --filters 'Name=name,Values=ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-*' \
  --query 'Images | sort_by(@, &CreationDate) | [-1].{ID:ImageId,Name:Name,Date:CreationDate}' \
  --output table | grep -q ubuntu-jammy
AMI_ID=ami-0c55b159cbfafe1f0
VPC_ID=$(aws ec2 describe-vpcs --filters Name=isDefault,Values=true --query 'Vpcs[0].VpcId' --output text)
aws ec2 create-security-group --group-name ml-inference-sg \
  --description 'Security group for ML inference server' --vpc-id "$VPC_ID" >/dev/null
SG_ID=$(aws ec2 describe-security-groups --filters Name=group-name,Values=ml-inference-sg \
  --query 'SecurityGroups[0].GroupId' --output text)
for rule in '22 203.0.113.7/32' '5000 0.0.0.0/0'; do
  read -r port cidr <<<"$rule"
  aws ec2 authorize-security-group-ingress --group-id "$SG_ID" --protocol tcp --port "$port" --cidr "$cidr" >/dev/null
done
aws ec2 create-key-pair --key-name ml-inference-key --query KeyMaterial --output text >ml-inference-key.pem
chmod 400 ml-inference-key.pem
grep -q 'BEGIN RSA PRIVATE KEY' ml-inference-key.pem
aws ec2 describe-key-pairs --key-names ml-inference-key >/dev/null

echo '# an instance with tags over several lines, and a disk of its own'
INSTANCE_ID=$(aws ec2 run-instances --image-id $AMI_ID --instance-type t2.micro \
  --key-name ml-inference-key --security-group-ids "$SG_ID" \
  --iam-instance-profile Name=ml-inference-ec2-profile \
  --tag-specifications 'ResourceType=instance,Tags=[
    {Key=Name,Value=ml-inference-server},
    {Key=Project,Value=ml-infrastructure},
    {Key=Owner,Value=alice}
  ]' \
  --block-device-mappings '[
    { "DeviceName": "/dev/sda1", "Ebs": { "VolumeSize": 20, "VolumeType": "gp3", "DeleteOnTermination": true } }
  ]' --query 'Instances[0].InstanceId' --output text)
aws ec2 wait instance-running --instance-ids "$INSTANCE_ID"
aws ec2 wait instance-status-ok --instance-ids "$INSTANCE_ID"
[[ $(ip_of "$INSTANCE_ID") =~ ^[0-9.]+$ ]]
is "$(aws ec2 describe-volumes --filters "Name=attachment.instance-id,Values=$INSTANCE_ID" \
  --query 'Volumes[0].[Size,VolumeType]' --output text)" $'20\tgp3'

echo '# another with user data'
printf '#!/bin/bash\napt-get update -y\n' >user-data.sh
INSTANCE_ID_V2=$(aws ec2 run-instances --image-id $AMI_ID --instance-type t2.micro \
  --key-name ml-inference-key --security-group-ids "$SG_ID" \
  --iam-instance-profile Name=ml-inference-ec2-profile --user-data file://user-data.sh \
  --tag-specifications 'ResourceType=instance,Tags=[{Key=Name,Value=ml-inference-server-v2},{Key=Project,Value=ml-infrastructure}]' \
  --query 'Instances[0].InstanceId' --output text)
aws ec2 wait instance-running --instance-ids "$INSTANCE_ID_V2"
is "$(aws ec2 describe-instance-attribute --instance-id "$INSTANCE_ID_V2" --attribute userData \
  --query UserData.Value --output text | base64 -d)" "$(cat user-data.sh)"

echo '# stop, start: the public address changes; an elastic one does not'
before=$(ip_of "$INSTANCE_ID_V2")
aws ec2 stop-instances --instance-ids "$INSTANCE_ID_V2" >/dev/null
aws ec2 wait instance-stopped --instance-ids "$INSTANCE_ID_V2"
is "$(state_of "$INSTANCE_ID_V2")" stopped
is "$(ip_of "$INSTANCE_ID_V2")" None
aws ec2 start-instances --instance-ids "$INSTANCE_ID_V2" >/dev/null
aws ec2 wait instance-running --instance-ids "$INSTANCE_ID_V2"
after=$(ip_of "$INSTANCE_ID_V2")
[ "$after" != "$before" ] || { echo 'the public address stayed' >&2; exit 1; }
EIP_ALLOC_ID=$(aws ec2 allocate-address --domain vpc --query AllocationId --output text)
EIP_ADDRESS=$(aws ec2 describe-addresses --allocation-ids "$EIP_ALLOC_ID" --query 'Addresses[0].PublicIp' --output text)
aws ec2 associate-address --instance-id "$INSTANCE_ID_V2" --allocation-id "$EIP_ALLOC_ID" >/dev/null
is "$(ip_of "$INSTANCE_ID_V2")" "$EIP_ADDRESS"
aws ec2 reboot-instances --instance-ids "$INSTANCE_ID_V2"
root=$(aws ec2 describe-volumes --filters "Name=attachment.instance-id,Values=$INSTANCE_ID" --query 'Volumes[0].VolumeId' --output text)
aws ec2 terminate-instances --instance-ids "$INSTANCE_ID" >/dev/null
aws ec2 wait instance-terminated --instance-ids "$INSTANCE_ID"
aws ec2 wait volume-deleted --volume-ids "$root"

echo '# a volume: made, attached, backed up, restored'
AZ=$(aws ec2 describe-instances --instance-ids "$INSTANCE_ID_V2" \
  --query 'Reservations[0].Instances[0].Placement.AvailabilityZone' --output text)
VOLUME_ID=$(aws ec2 create-volume --availability-zone "$AZ" --size 50 --volume-type gp3 --iops 3000 --throughput 125 \
  --tag-specifications 'ResourceType=volume,Tags=[
    {Key=Name,Value=ml-training-data},
    {Key=Project,Value=ml-infrastructure}
  ]' --query VolumeId --output text)
aws ec2 wait volume-available --volume-ids "$VOLUME_ID"
aws ec2 attach-volume --volume-id "$VOLUME_ID" --instance-id "$INSTANCE_ID_V2" --device /dev/sdf >/dev/null
aws ec2 wait volume-in-use --volume-ids "$VOLUME_ID"
is "$(aws ec2 describe-volumes --volume-ids "$VOLUME_ID" --query 'Volumes[0].Attachments[0].State' --output text)" attached
SNAPSHOT_ID=$(aws ec2 create-snapshot --volume-id "$VOLUME_ID" --description 'Backup of ml-training-data volume' \
  --tag-specifications 'ResourceType=snapshot,Tags=[{Key=Name,Value=ml-training-data-backup}]' \
  --query SnapshotId --output text)
aws ec2 wait snapshot-completed --snapshot-ids "$SNAPSHOT_ID"
is "$(aws ec2 describe-snapshots --snapshot-ids "$SNAPSHOT_ID" --query 'Snapshots[0].[Progress,State]' --output text)" $'100%\tcompleted'
RESTORED_VOLUME_ID=$(aws ec2 create-volume --snapshot-id "$SNAPSHOT_ID" --availability-zone "$AZ" --volume-type gp3 \
  --query VolumeId --output text)
is "$(aws ec2 describe-volumes --volume-ids "$RESTORED_VOLUME_ID" --query 'Volumes[0].Size' --output text)" 50

echo '# the inventory'
# shellcheck disable=SC2016
aws ec2 describe-instances --filters Name=tag:Project,Values=ml-infrastructure \
  --query 'Reservations[].Instances[].[InstanceId,InstanceType,State.Name,PublicIpAddress,Tags[?Key==`Name`].Value|[0]]' \
  --output table | grep -q "$EIP_ADDRESS"
is "$(aws ec2 describe-volumes --filters Name=tag:Project,Values=ml-infrastructure \
  --query 'Volumes[].[VolumeId,Size,VolumeType,State,Attachments[0].InstanceId]' --output text)" \
  "$VOLUME_ID"$'\t50\tgp3\tin-use\t'"$INSTANCE_ID_V2"

echo '# the newest image by its parameter, and an instance of the course’s machine for training'
latest=$(aws ssm get-parameter --query Parameter.Value --output text \
  --name /aws/service/canonical/ubuntu/server/22.04/stable/current/amd64/hvm/ebs-gp2/ami-id)
aws ec2 wait image-available --image-ids "$latest"
GPU_ID=$(aws ec2 run-instances --instance-type p3.2xlarge --count 1 --query 'Instances[0].InstanceId' --output text \
  --image-id resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64)

echo '# cleanup, in the order of the course'
aws ec2 terminate-instances --instance-ids "$INSTANCE_ID_V2" "$GPU_ID" >/dev/null
aws ec2 release-address --allocation-id "$EIP_ALLOC_ID"
aws ec2 wait instance-terminated --instance-ids "$INSTANCE_ID_V2"
aws ec2 delete-volume --volume-id "$VOLUME_ID"
aws ec2 delete-volume --volume-id "$RESTORED_VOLUME_ID"
aws ec2 wait volume-deleted --volume-ids "$VOLUME_ID" "$RESTORED_VOLUME_ID"
aws ec2 delete-snapshot --snapshot-id "$SNAPSHOT_ID"
aws ec2 delete-security-group --group-id "$SG_ID" >/dev/null
aws ec2 delete-key-pair --key-name ml-inference-key >/dev/null
is "$(aws ec2 describe-volumes --query 'length(Volumes)')" 0
is "$(aws ec2 describe-addresses --query 'length(Addresses)')" 0
echo 'all done'
