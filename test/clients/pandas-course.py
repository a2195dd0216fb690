"""What the course does with pandas and S3: tables from and to objects, in chunks, gzipped, in parts, and by S3 Select."""

import io
import sys

import boto3
import pandas as pd

s3 = boto3.client("s3", endpoint_url=sys.argv[1])
s3.create_bucket(Bucket="ml-bucket")

table = pd.DataFrame({"id": range(20_000), "name": [f"näme, {n % 7}" for n in range(20_000)], "score": [n / 8 for n in range(20_000)]})

# A table as CSV, read from the body of the answer as it streams.
s3.put_object(Bucket="ml-bucket", Key="data/train.csv", Body=table.to_csv(index=False).encode())
read = pd.read_csv(s3.get_object(Bucket="ml-bucket", Key="data/train.csv")["Body"])
pd.testing.assert_frame_equal(read, table)

# In chunks, without the whole in memory.
body = s3.get_object(Bucket="ml-bucket", Key="data/train.csv")["Body"]
assert [len(chunk) for chunk in pd.read_csv(body, chunksize=8_000)] == [8_000, 8_000, 4_000]

# Compressed, by upload_fileobj and download_fileobj.
packed = io.BytesIO()
table.to_csv(packed, index=False, compression="gzip")
packed.seek(0)
s3.upload_fileobj(packed, "ml-bucket", "data/train.csv.gz", ExtraArgs={"ContentEncoding": "gzip", "ContentType": "text/csv"})
fetched = io.BytesIO()
s3.download_fileobj("ml-bucket", "data/train.csv.gz", fetched)
fetched.seek(0)
pd.testing.assert_frame_equal(pd.read_csv(fetched, compression="gzip"), table)

# Partitions: one object each, put together from a listing.
for part, rows in table.groupby(table["id"] // 5_000):
    s3.put_object(Bucket="ml-bucket", Key=f"parts/part={part}/rows.jsonl", Body=rows.to_json(orient="records", lines=True))
keys = [one["Key"] for one in s3.list_objects_v2(Bucket="ml-bucket", Prefix="parts/")["Contents"]]
parts = [pd.read_json(io.BytesIO(s3.get_object(Bucket="ml-bucket", Key=key)["Body"].read()), lines=True) for key in keys]
pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), table)

# Only the wanted rows, picked by the service.
events = s3.select_object_content(
    Bucket="ml-bucket",
    Key="data/train.csv",
    ExpressionType="SQL",
    Expression="SELECT s.id, s.score FROM S3Object s WHERE CAST(s.score AS FLOAT) >= 2490",
    InputSerialization={"CSV": {"FileHeaderInfo": "USE"}},
    OutputSerialization={"CSV": {}},
)["Payload"]
picked = b"".join(event["Records"]["Payload"] for event in events if "Records" in event)
picked = pd.read_csv(io.BytesIO(picked), names=["id", "score"])
wanted = table[table["score"] >= 2490][["id", "score"]].reset_index(drop=True)
pd.testing.assert_frame_equal(picked, wanted)

print("all done")
