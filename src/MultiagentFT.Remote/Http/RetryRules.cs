using System.Globalization;
using System.Net;
using Polly.Timeout;

namespace MultiagentFT.Remote.Http;

/// <summary>Which attempts are repeated, and after how long.</summary>
/// <param name="time">Tells how far away a date is.</param>
internal sealed class RetryRules(TimeProvider time)
{
    /// <summary>An endpoint that asks for a longer wait has no answer today.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    private const string NoCredit = "insufficient_quota";

    public async ValueTask<bool> RepeatsAsync(HttpRequestMessage? request, HttpResponseMessage? response, Exception? error)
    {
        if (error is not null)
        {
            return IsRepeatable(request)
                && error is TimeoutRejectedException or IOException or HttpRequestException { HttpRequestError: not HttpRequestError.ConfigurationLimitExceeded };
        }
        if (response is null || RetryAfter(response) > LongestWait) return false;
        // What was refused for its number has not been done, whatever it was.
        if (response.StatusCode == HttpStatusCode.TooManyRequests) return !await SaysAsync(response, NoCredit).ConfigureAwait(false);
        return IsRepeatable(request) && (response.StatusCode == HttpStatusCode.RequestTimeout || (int)response.StatusCode >= 500);
    }

    /// <summary>The wait that an endpoint asks for; null when it does not.</summary>
    public TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        if (response.Headers.TryGetValues("retry-after-ms", out var texts)
            && double.TryParse(texts.First(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds < int.MaxValue)
        {
            return TimeSpan.FromMilliseconds(milliseconds);
        }
        return response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow() is var wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero,
            _ => null,
        };
    }

    /// <summary>Whether doing it twice does no harm: another answer takes the first one's place, another finetuning job would be paid beside it.</summary>
    private static bool IsRepeatable(HttpRequestMessage? request) =>
        request is not null && (request.Method == HttpMethod.Get || request.RequestUri!.AbsolutePath.EndsWith("/chat/completions", StringComparison.Ordinal));

    /// <summary>Answers to refused requests are in memory.</summary>
    private static async Task<bool> SaysAsync(HttpResponseMessage response, string text) =>
        (await response.Content.ReadAsStringAsync().ConfigureAwait(false)).Contains(text, StringComparison.Ordinal);
}
