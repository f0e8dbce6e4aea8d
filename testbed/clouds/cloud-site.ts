import { stringify } from "yaml";
import type { StackInput } from "../../components/model/stack";
import { type SiteOptions, ThrowawaySite } from "../throwaway-site";
import { StandInClouds } from "./stand-in-clouds";

/** What a stack says of the providers unless a site is made with other settings. */
const SETTINGS = { "aws:region": "us-east-1", "gcp:project": "stand-in" };

/** A throwaway site whose data centers stand in stand-in clouds. A local data center can't be mixed in: its processes would need the real plugin. */
export class CloudSite extends ThrowawaySite {
  private constructor(
    stack: StackInput,
    /** The clouds that it stands in. */
    readonly clouds: StandInClouds,
    private readonly settings: Readonly<Record<string, string>>,
    options: SiteOptions,
    private readonly ownsClouds: boolean,
  ) {
    super(stack, options);
    Object.assign(this.environment, clouds.environment);
  }

  /**
   * Makes the project and its stack; nothing stands yet.
   *
   * @param settings The stack's settings of the providers.
   * @param options How it is made, and clouds to stand in beside other sites (by default its own, which end with it).
   */
  static async make(
    stack: StackInput,
    settings: Readonly<Record<string, string>> = SETTINGS,
    { clouds, ...options }: SiteOptions & { clouds?: StandInClouds } = {},
  ): Promise<CloudSite> {
    const site = new CloudSite(stack, clouds ?? (await StandInClouds.start()), settings, options, clouds === undefined);
    await site.makeStack();
    return site;
  }

  override change(stack: StackInput): void {
    this.stack = stack;
    const own = Object.fromEntries(
      Object.entries(this.withSecrets(stack)).map(([key, value]) => [`evenkeel:${key}`, value as unknown]),
    );
    this.writeStack(stringify({ config: { ...this.settings, ...own } }, { version: "1.1" }));
  }

  override async remove(): Promise<void> {
    await super.remove();
    if (this.ownsClouds) this.clouds.stop();
  }
}
