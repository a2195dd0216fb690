/**
 * The bucket whose website a host name means: `<bucket>.s3-website.localhost`, `<bucket>.s3-website-<region>.localhost` or
 * `<bucket>.s3-website.<region>.localhost`, and the same under AWS's domain.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html
 *
 * @param host a `Host` header
 */
export const websiteBucket = (host: string): string | undefined =>
  /^(.+)\.s3-website(?:[.-][a-z0-9-]+)?\.(?:localhost|amazonaws\.com)(?::\d+)?$/i
    .exec(host)?.[1]
    ?.toLowerCase()
