const reserved = {
  prefixes: ['xn--', 'sthree-', 'amzn-s3-demo-'],
  suffixes: ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3', '-an'],
}

/**
 * Whether a new general purpose bucket may have this name.
 * @param regional how the names of the account's own namespace end, for a bucket in it
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
export function isBucketName(name: string, regional = ''): boolean {
  return (
    name.length >= 3 &&
    name.length <= 63 &&
    /^[a-z0-9][a-z0-9.-]*[a-z0-9]$/.test(name) &&
    !/\.\.|-\.|\.-/.test(name) &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name) &&
    !reserved.prefixes.some((prefix) => name.startsWith(prefix)) &&
    (regional === '' || name.endsWith(regional)) &&
    !reserved.suffixes.some((suffix) => name.endsWith(suffix) && !(suffix === '-an' && regional))
  )
}

/** Whether a bucket of this name could ever have existed: us-east-1's rules were wider before 2018. */
export const couldBeBucketName = (name: string) => /^[A-Za-z0-9._-]{3,255}$/.test(name)
