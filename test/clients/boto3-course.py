"""What the course does with boto3, against the endpoint that is given: clients, resources, transfers, presigned URLs, errors, waiters."""

import sys
import urllib.request

import boto3
from botocore.exceptions import ClientError

endpoint = sys.argv[1]


def client(service):
    return boto3.client(service, endpoint_url=endpoint)


identity = client("sts").get_caller_identity()
assert identity["Arn"] == "arn:aws:iam::123456789012:user/student", identity

# S3: upload_file (multipart above 8 MB), download_file, listing, metadata, presigned URLs, resources.
s3 = client("s3")
s3.create_bucket(Bucket="course-bucket")
with open("model.bin", "wb") as file:
    file.write(bytes(range(256)) * 40_000)
s3.upload_file("model.bin", "course-bucket", "models/v1/model.bin", ExtraArgs={"Metadata": {"stage": "test"}})
head = s3.head_object(Bucket="course-bucket", Key="models/v1/model.bin")
assert head["ContentLength"] == 10_240_000 and head["Metadata"] == {"stage": "test"}, head
s3.download_file("course-bucket", "models/v1/model.bin", "copy.bin")
assert open("copy.bin", "rb").read() == open("model.bin", "rb").read()

for number in range(25):
    s3.put_object(Bucket="course-bucket", Key=f"data/part-{number:02}.csv", Body=f"id,{number}\n")
pages = s3.get_paginator("list_objects_v2").paginate(Bucket="course-bucket", Prefix="data/", PaginationConfig={"PageSize": 10})
keys = [item["Key"] for page in pages for item in page["Contents"]]
assert keys == [f"data/part-{number:02}.csv" for number in range(25)], keys

url = s3.generate_presigned_url("get_object", Params={"Bucket": "course-bucket", "Key": "data/part-07.csv"}, ExpiresIn=3600)
assert urllib.request.urlopen(url).read() == b"id,7\n"

# A presigned upload needs no credentials either, and a form says what may be sent.
upload = s3.generate_presigned_url("put_object", Params={"Bucket": "course-bucket", "Key": "data/sent.csv"}, ExpiresIn=600)
with urllib.request.urlopen(urllib.request.Request(upload, data=b"id,99\n", method="PUT", headers={"Content-Type": ""})) as answer:
    assert answer.status == 200
assert s3.get_object(Bucket="course-bucket", Key="data/sent.csv")["Body"].read() == b"id,99\n"

bucket = boto3.resource("s3", endpoint_url=endpoint).Bucket("course-bucket")
assert sum(1 for _ in bucket.objects.all()) == 27
assert [one.key for one in bucket.objects.filter(Prefix="models/")] == ["models/v1/model.bin"]
bucket.Object("models/copy.bin").copy({"Bucket": "course-bucket", "Key": "models/v1/model.bin"})
assert bucket.Object("models/copy.bin").content_length == 10_240_000
bucket.objects.all().delete()
bucket.delete()

# Versions: an older model is found again, and brought back. The rules of a lifecycle, as the course writes them.
s3.create_bucket(Bucket="versions-bucket")
s3.put_bucket_versioning(Bucket="versions-bucket", VersioningConfiguration={"Status": "Enabled"})
for accuracy in ("0.91", "0.42"):
    with open("small.bin", "w") as file:
        file.write(accuracy)
    s3.upload_file("small.bin", "versions-bucket", "models/mnist.pth", ExtraArgs={"Metadata": {"accuracy": accuracy}, "StorageClass": "STANDARD_IA"})
versions = s3.list_object_versions(Bucket="versions-bucket", Prefix="models/mnist.pth")["Versions"]
assert [version["IsLatest"] for version in versions] == [True, False], versions
older = {"Bucket": "versions-bucket", "Key": "models/mnist.pth", "VersionId": versions[1]["VersionId"]}
s3.copy_object(Bucket="versions-bucket", Key="models/mnist.pth", CopySource=older)
assert s3.get_object(Bucket="versions-bucket", Key="models/mnist.pth")["Body"].read() == b"0.91"
assert s3.head_object(Bucket="versions-bucket", Key="models/mnist.pth")["Metadata"] == {"accuracy": "0.91"}
days = {"STANDARD_IA": 30, "GLACIER": 90, "DEEP_ARCHIVE": 365}
transitions = [{"Days": after, "StorageClass": name} for name, after in days.items()]
rule = {"ID": "DocumentArchiving", "Status": "Enabled", "Filter": {"Prefix": "documents/"}, "Transitions": transitions}
s3.put_bucket_lifecycle_configuration(Bucket="versions-bucket", LifecycleConfiguration={"Rules": [rule]})
assert s3.get_bucket_lifecycle_configuration(Bucket="versions-bucket")["Rules"] == [rule]
try:
    boto3.resource("s3", endpoint_url=endpoint).Bucket("versions-bucket").delete()
    raise AssertionError("a bucket with versions was deleted")
except ClientError as error:
    assert error.response["Error"]["Code"] == "BucketNotEmpty", error.response
boto3.resource("s3", endpoint_url=endpoint).Bucket("versions-bucket").object_versions.delete()
s3.delete_bucket(Bucket="versions-bucket")
s3.get_waiter("bucket_not_exists").wait(Bucket="versions-bucket")

try:
    s3.upload_file("small.bin", "no-such-bucket-of-mine", "key")
    raise AssertionError("an upload to nowhere succeeded")
except boto3.exceptions.S3UploadFailedError as error:
    assert "NoSuchBucket" in str(error), error

try:
    s3.get_object(Bucket="course-bucket", Key="gone")
    raise AssertionError("a bucket that is gone answered")
except ClientError as error:
    assert error.response["Error"]["Code"] == "NoSuchBucket", error.response
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 404

# EC2: run, wait, describe with filters, tags, stop, start, terminate.
ec2 = client("ec2")
images = ec2.describe_images(Owners=["amazon"], Filters=[{"Name": "name", "Values": ["al2023-ami-2023*-x86_64"]}])["Images"]
image = max(images, key=lambda one: one["CreationDate"])["ImageId"]
launched = ec2.run_instances(
    ImageId=image,
    InstanceType="t2.micro",
    MinCount=2,
    MaxCount=2,
    TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "team", "Value": "ml"}]}],
)
ids = [instance["InstanceId"] for instance in launched["Instances"]]
assert [instance["State"]["Name"] for instance in launched["Instances"]] == ["pending", "pending"]
ec2.get_waiter("instance_running").wait(InstanceIds=ids)
found = ec2.describe_instances(Filters=[{"Name": "tag:team", "Values": ["ml"]}, {"Name": "instance-state-name", "Values": ["running"]}])
assert sorted(i["InstanceId"] for r in found["Reservations"] for i in r["Instances"]) == sorted(ids)
ec2.stop_instances(InstanceIds=ids)
ec2.get_waiter("instance_stopped").wait(InstanceIds=ids)
ec2.start_instances(InstanceIds=ids)
instance = boto3.resource("ec2", endpoint_url=endpoint).Instance(ids[0])
instance.wait_until_running()
assert instance.tags == [{"Key": "team", "Value": "ml"}], instance.tags
ec2.terminate_instances(InstanceIds=ids)
ec2.get_waiter("instance_terminated").wait(InstanceIds=ids)

# IAM: a user who may only read S3 lists and cannot write.
iam = client("iam")
iam.create_user(UserName="alice")
iam.attach_user_policy(UserName="alice", PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
key = iam.create_access_key(UserName="alice")["AccessKey"]
alice = boto3.client("s3", endpoint_url=endpoint, aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"])
assert alice.list_buckets()["Buckets"] == []
try:
    alice.create_bucket(Bucket="alices-bucket")
    raise AssertionError("a reader created a bucket")
except ClientError as error:
    assert error.response["Error"]["Code"] == "AccessDenied", error.response

rds = client("rds")
assert any(version["EngineVersion"].startswith("15.") for version in rds.describe_db_engine_versions(Engine="postgres")["DBEngineVersions"])
assert rds.describe_db_instances()["DBInstances"] == []

print("all done")
