import { longestAnswer, type Monitored, ofPools, ofSite } from "./monitored";

/** Share of a site's answers that are errors of servers, above which somebody should look. */
const TOO_MANY_ERRORS = 0.05;
/** Share of a balancer's connections in use, above which it is nearly full. */
const NEARLY_FULL = 0.8;
/** Share of a pool's servers that must be up. */
const TOO_FEW_SERVERS = 0.5;
/** Share of requests refused, above which a limit may hit the wrong ones. */
const MANY_REFUSED = 0.1;

/** One alert, as Prometheus reads it. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: "critical" | "warning"; readonly site: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

/** A file of rules, as Prometheus reads it. */
export interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly AlertRule[] }[];
}

/** The alerts of a site: critical where its clients notice, a warning where the pair still makes up for it. */
export function alertRules(stack: Monitored): RuleFile {
  const site = stack.site.name;
  const rule = (
    severity: "critical" | "warning",
    alert: string,
    within: string,
    expr: string,
    summary: string,
    description: string,
  ): AlertRule => ({
    alert,
    expr,
    for: within,
    labels: { severity, site },
    annotations: { summary: `${site}: ${summary}`, description },
  });
  const all = ofSite(stack);
  const pools = ofPools(stack);
  const front = (more = ""): string => ofSite(stack, 'proxy="site"', ...(more === "" ? [] : [more]));
  const isUp = `haproxy_server_status${ofSite(stack, pools, 'state="UP"')}`;
  const errors = `sum(rate(haproxy_frontend_http_responses_total${front('code="5xx"')}[5m]))`;
  const answers = `sum(rate(haproxy_frontend_http_responses_total${front()}[5m]))`;
  const rules = [
    rule(
      "critical",
      "EvenkeelSiteDown",
      "30s",
      `sum(up${all}) == 0`,
      "no balancer answers",
      "Neither of the pair can be asked for its metrics.",
    ),
    rule(
      "warning",
      "EvenkeelBalancerDown",
      "1m",
      `up${all} == 0`,
      "the {{ $labels.balancer }} balancer does not answer",
      "The other one carries all traffic. npm run up heals it.",
    ),
    rule(
      "critical",
      "EvenkeelPoolDown",
      "15s",
      `max by (proxy) (haproxy_backend_active_servers${ofSite(stack, pools)}) == 0`,
      "no server of {{ $labels.proxy }} is up",
      "Every request to the pool gets a 503.",
    ),
    rule(
      "critical",
      "EvenkeelPoolHalfDown",
      "1m",
      `avg by (proxy) (${isUp}) < ${TOO_FEW_SERVERS}`,
      "fewer than half of the servers of {{ $labels.proxy }} are up",
      "The others may not carry the traffic. {{ $value | humanizePercentage }} are up.",
    ),
    rule(
      "warning",
      "EvenkeelServerDown",
      "2m",
      `max by (proxy, server) (${isUp}) == 0`,
      "{{ $labels.server }} is down",
      "No balancer finds it fit. npm run status says why.",
    ),
    rule(
      "warning",
      "EvenkeelServerUnreachable",
      "5m",
      `(min by (proxy, server) (${isUp}) == 0) and on (proxy, server) (max by (proxy, server) (${isUp}) == 1)`,
      "{{ $labels.server }} is down to one balancer only",
      "The way between them is broken, not the server.",
    ),
    rule(
      "warning",
      "EvenkeelServerFlaps",
      "0s",
      `max by (proxy, server) (increase(haproxy_server_check_up_down_total${ofSite(stack, pools)}[30m])) > 3`,
      "{{ $labels.server }} comes and goes",
      "It went down {{ $value | humanize }} times in half an hour.",
    ),
    rule(
      "critical",
      "EvenkeelErrors",
      "5m",
      `${errors} / ${answers} > ${TOO_MANY_ERRORS}`,
      "{{ $value | humanizePercentage }} of the answers are errors",
      "Answers with a status from 500 to 599, those of the balancers included.",
    ),
    ...Object.keys(stack.pools)
      .sort()
      .map((pool) =>
        rule(
          "warning",
          `EvenkeelSlow`,
          "5m",
          `max by (proxy) (haproxy_backend_response_time_average_seconds${ofSite(stack, `proxy="${pool}"`)}) > ${longestAnswer(stack, pool) / 2}`,
          `answers of ${pool} take half of the time that they may`,
          "{{ $value | humanizeDuration }} on average; after responseTimeout a client gets a 504.",
        ),
      ),
    rule(
      "warning",
      "EvenkeelQueue",
      "2m",
      `max by (proxy) (haproxy_backend_current_queue${ofSite(stack, pools)}) > 0`,
      "requests to {{ $labels.proxy }} wait for a server",
      "The pool needs more servers, or they are slow.",
    ),
    rule(
      "warning",
      "EvenkeelBalancerNearlyFull",
      "5m",
      `haproxy_frontend_current_sessions${front()} / haproxy_frontend_limit_sessions${front()} > ${NEARLY_FULL}`,
      "the {{ $labels.balancer }} balancer is nearly full",
      "{{ $value | humanizePercentage }} of its connections are in use; further clients then have to wait.",
    ),
    rule(
      "warning",
      "EvenkeelManyRefused",
      "10m",
      `sum(rate(haproxy_frontend_requests_denied_total${front()}[5m])) / sum(rate(haproxy_frontend_http_requests_total${front()}[5m])) > ${MANY_REFUSED}`,
      "{{ $value | humanizePercentage }} of the requests are refused",
      "By limits of the stack, or because somebody should be.",
    ),
    ...(stack.logs.access
      ? [
          rule(
            "warning",
            "EvenkeelLogsDropped",
            "5m",
            `rate(haproxy_process_dropped_logs_total${all}[5m]) > 0`,
            "the {{ $labels.balancer }} balancer drops lines of its access log",
            "Whatever takes them is too slow. No request waits for it.",
          ),
        ]
      : []),
  ];
  return { groups: [{ name: `evenkeel-${site}`, rules }] };
}
