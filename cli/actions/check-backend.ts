/**
 * For a pipeline, before it changes anything: without the state that it left, a run would make everything a second time.
 * @throws Error when the state of a stack would not outlive the runner.
 */
export function checkBackend(): Promise<void> {
  const { PULUMI_BACKEND_URL: url = "", PULUMI_ACCESS_TOKEN: token = "" } = process.env;
  if (/^file:/i.test(url)) return refuse(`PULUMI_BACKEND_URL is ${url}, which is lost with this runner`);
  if (url === "" && token === "") return refuse("PULUMI_BACKEND_URL is empty, and so is PULUMI_ACCESS_TOKEN");
  return Promise.resolve();
}

function refuse(why: string): Promise<never> {
  return Promise.reject(
    new Error(
      `${why}: set the repository variable PULUMI_BACKEND_URL to a backend that lasts, such as s3://bucket, ` +
        "or https://api.pulumi.com with PULUMI_ACCESS_TOKEN",
    ),
  );
}
