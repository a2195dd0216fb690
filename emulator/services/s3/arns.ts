/** S3's ARNs name neither account nor region: bucket names are global. */
export const bucketArn = (bucket: string) => `arn:aws:s3:::${bucket}`

export const objectArn = (bucket: string, key: string) => `arn:aws:s3:::${bucket}/${key}`
