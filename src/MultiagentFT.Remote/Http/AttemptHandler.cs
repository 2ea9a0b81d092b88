using System.Net.Http.Headers;
using MultiagentFT.Remote.Spending;

namespace MultiagentFT.Remote.Http;

/// <summary>One attempt: pays, adds the key, and reads the whole answer, so that a connection that breaks in its middle is a failed attempt too.</summary>
internal sealed class AttemptHandler(ApiKey? key) : DelegatingHandler
{
    /// <summary>Bytes of an answer that is read at once, at most.</summary>
    private const long MostBytes = 64L << 20;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // The library was given no key; it is added where nothing logs or throws with it.
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key.Reveal());
        var charge = Charge.Current;
        if (charge is not null) await charge.BeginAsync(cancellationToken).ConfigureAwait(false);
        HttpResponseMessage? response = null;
        try
        {
            response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (charge is not { IsStreamed: true } || !response.IsSuccessStatusCode)
                await response.Content.LoadIntoBufferAsync(MostBytes, cancellationToken).ConfigureAwait(false);
            if (response.IsSuccessStatusCode) charge?.OnAnswered?.Invoke();
            else charge?.Settle(default);
            return response;
        }
        catch (Exception error)
        {
            response?.Dispose();
            if (WasNotSent(error)) charge?.Settle(default);
            else charge?.Lose();
            throw;
        }
        finally
        {
            // A redirect or a retry begins anew; nothing keeps the header.
            request.Headers.Authorization = null;
        }
    }

    private static bool WasNotSent(Exception error) => error is HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError
            or HttpRequestError.ProxyTunnelError,
    };
}
