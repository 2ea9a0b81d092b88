using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using MultiagentFT.Server.Errors;

namespace MultiagentFT.Server.Access;

/// <summary>
/// Stands before every endpoint: checks by which name the server is addressed, that no page of another origin asks, and the key; and
/// turns what is thrown behind it into an answer.
/// </summary>
internal sealed partial class ApiGuard(ServerOptions options, ILogger<ApiGuard> log)
{
    private const string Scheme = "Bearer ";

    private readonly byte[]? _key = options.ApiKey is { } key ? Hash(key) : null;
    private readonly HashSet<string> _hosts = new(options.AllowedHosts, StringComparer.OrdinalIgnoreCase);

    /// <param name="next">The endpoint.</param>
    /// <param name="needsKey">False for what anybody may know.</param>
    public RequestDelegate Around(RequestDelegate next, bool needsKey = true) => async context =>
    {
        try
        {
            CheckHost(context.Request);
            CheckOrigin(context.Request);
            if (needsKey) CheckKey(context.Request);
            await next(context).ConfigureAwait(false);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to be told.
            context.Abort();
        }
        catch (Exception error)
        {
            var answer = ErrorAnswer.Of(error);
            if (answer.Status >= 500) LogFailure(log, error, context.Request.Method, context.Request.Path);
            if (context.Response.HasStarted)
            {
                context.Abort();
                return;
            }
            await ErrorAnswer.WriteAsync(context, answer).ConfigureAwait(false);
        }
    };

    /// <summary>A page whose name was pointed to this machine (DNS rebinding) gives itself away by that name.</summary>
    private void CheckHost(HttpRequest request)
    {
        var host = request.Host.Host;
        if (_hosts.Contains(host) || IPAddress.TryParse(host.Trim('[', ']'), out _)) return;
        throw new ApiException(421, "host_not_allowed", null, $"host: expected {string.Join(", ", options.AllowedHosts)} or an address in numbers, found {host}");
    }

    private static void CheckOrigin(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0) return;
        if (Uri.TryCreate(origin, UriKind.Absolute, out var from) && string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase)) return;
        throw new ApiException(403, "origin_not_allowed", null, $"origin: expected none or this server's own, found {origin}");
    }

    private void CheckKey(HttpRequest request)
    {
        if (_key is null) return;
        var header = request.Headers.Authorization.ToString();
        var given = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : "";
        // Hashes have one length, so that the time says nothing of the key's.
        if (!CryptographicOperations.FixedTimeEquals(_key, Hash(given)))
            throw new ApiException(401, "invalid_api_key", null, given.Length == 0 ? "authorization: expected Bearer and a key, found none" : "authorization: expected this server's key, found another");
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void LogFailure(ILogger log, Exception error, string method, string path);
}
