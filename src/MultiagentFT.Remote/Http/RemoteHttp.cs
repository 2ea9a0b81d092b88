using Microsoft.Extensions.Http.Resilience;
using MultiagentFT.Contracts.Generation;
using Polly;

namespace MultiagentFT.Remote.Http;

/// <summary>The connection to an endpoint: attempts with time limits, repeated as <see cref="RetryRules"/> say.</summary>
internal static class RemoteHttp
{
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromMinutes(1);

    /// <param name="options">Time limit and number of attempts.</param>
    /// <param name="address">The endpoint's.</param>
    /// <param name="key">Sent with every attempt; null: none.</param>
    /// <param name="firstWait">After the first attempt; later ones are twice as long each, with jitter.</param>
    /// <param name="time">Measures waits.</param>
    /// <param name="onWait">Told why an attempt is repeated, and after how long.</param>
    public static HttpClient Create(
        RemoteOptions options, Uri address, ApiKey? key, TimeSpan firstWait, TimeProvider time, Action<string, TimeSpan>? onWait)
    {
        var connection = new SocketsHttpHandler
        {
            // Another address would get the key.
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !address.IsLoopback,
            ConnectTimeout = TimeSpan.FromSeconds(Math.Min(30, options.TimeoutSeconds)),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        var pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time };
        if (options.Retries > 0) pipeline.AddRetry(Retries(options, firstWait, new RetryRules(time), onWait));
        pipeline.AddTimeout(TimeSpan.FromSeconds(options.TimeoutSeconds));
        return new HttpClient(new ResilienceHandler(pipeline.Build()) { InnerHandler = new AttemptHandler(key) { InnerHandler = connection } })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    private static HttpRetryStrategyOptions Retries(RemoteOptions options, TimeSpan firstWait, RetryRules rules, Action<string, TimeSpan>? onWait)
    {
        var retries = new HttpRetryStrategyOptions
        {
            MaxRetryAttempts = options.Retries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = firstWait,
            MaxDelay = LongestBackOff,
            ShouldHandle = attempt => rules.RepeatsAsync(attempt.Context.GetRequestMessage(), attempt.Outcome.Result, attempt.Outcome.Exception),
            OnRetry = attempt =>
            {
                onWait?.Invoke(Reason(attempt.Outcome), attempt.RetryDelay);
                return ValueTask.CompletedTask;
            },
        };
        // As long as the endpoint asks for, and a little more, so that those who were sent away together do not come back together.
        var jitter = retries.Randomizer;
        retries.DelayGenerator = attempt => ValueTask.FromResult(
            attempt.Outcome.Result is { } response && rules.RetryAfter(response) is { } wait ? wait + (firstWait * jitter()) : (TimeSpan?)null);
        return retries;
    }

    private static string Reason(Outcome<HttpResponseMessage> outcome) =>
        outcome.Result is { } response ? $"status {(int)response.StatusCode}" : outcome.Exception is { } error ? error.GetType().Name : "no answer";
}
