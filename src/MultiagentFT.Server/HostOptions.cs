using System.Net;

namespace MultiagentFT.Server;

/// <summary>Where a <see cref="SocietyHost"/> listens and how it ends.</summary>
public sealed record HostOptions
{
    /// <summary>Default the loopback address. Any other needs <see cref="ServerOptions.ApiKey"/> or <see cref="AllowsAnyone"/>.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>0 takes a free one. Range [0, 65535]. Default 8080.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>Whether whoever reaches an address other than loopback may ask without a key. Default false.</summary>
    public bool AllowsAnyone { get; init; }

    /// <summary>How long requests that run may go on once the host is told to stop. Default 30 s.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>PKCS #12 file of a certificate for TLS. Default null: plain HTTP.</summary>
    public string? Certificate { get; init; }

    /// <summary>Told what happens, in a line each. Default null: nobody.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>All that is out of range or not safe, one sentence each; empty when the options are valid.</summary>
    public IEnumerable<string> Validate(ServerOptions server)
    {
        if (Port is < 0 or > 65535) yield return $"port: expected 0 to 65535, found {Port}";
        if (Deadline < TimeSpan.Zero || Deadline > TimeSpan.FromDays(1)) yield return $"deadline: expected 0 to 86400 seconds, found {Deadline.TotalSeconds}";
        if (!IPAddress.IsLoopback(Address) && server.ApiKey is null && !AllowsAnyone)
            yield return $"address: expected loopback, or an API key or the word that anyone may ask, found {Address} without one";
    }
}
