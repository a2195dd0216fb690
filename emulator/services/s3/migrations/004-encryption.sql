-- Object files are encrypted from now on, each with a key of its own. Null: written before, and plain.

-- `seal`: the key of the object's one file, as only the object's key opens it; and with KMS the object's key itself, as
-- only KMS opens it, and the encryption context. JSON.
alter table s3_object_versions add column cipher text;
alter table s3_uploads add column cipher text;
-- The key of the part's file, as only the object's key opens it.
alter table s3_object_parts add column seal text;
alter table s3_upload_parts add column seal text;
