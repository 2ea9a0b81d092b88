using MultiagentFT.Foundation;

namespace MultiagentFT.Cluster.Connection;

/// <summary>Where the NATS servers are, and who asks, as other NATS programs have it.</summary>
/// <param name="Url">Such as <c>nats://host:4222</c> or <c>tls://host</c>; some servers apart by commas; user and password, or a token, may be in it.</param>
public sealed record ClusterAddress(string Url)
{
    /// <summary>The prefix of every subject, stream and bucket when none is given.</summary>
    public const string DefaultPrefix = "mft";

    /// <summary>A credentials file (JWT and NKey seed). Default null: none.</summary>
    public string? Credentials { get; init; }

    /// <summary>A file with an NKey seed. Default null: none.</summary>
    public string? NKey { get; init; }

    /// <summary>PEM file of the authorities that sign the servers' certificates. Default null: the system's.</summary>
    public string? Authorities { get; init; }

    /// <summary>PEM file of the client's certificate. Default null: none.</summary>
    public string? Certificate { get; init; }

    /// <summary>PEM file of its private key. Default null: none.</summary>
    public string? Key { get; init; }

    /// <summary>Begins the name of every subject, stream and bucket: lower-case letters, digits and hyphens. Default <c>mft</c>.</summary>
    public string Prefix { get; init; } = DefaultPrefix;

    /// <summary>Copies that a cluster of servers keeps of every stream that this program creates. Range [1, 5]. Default 1.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>How long servers may take to elect a leader when a program begins. Default 30 s.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The servers without what is secret.</summary>
    public override string ToString() => string.Join(',', Url.Split(',').Select(WithoutUser));

    /// <exception cref="InputException">A file is missing, or a value is out of range.</exception>
    public void Check()
    {
        if (Url.Length == 0 || Url.Split(',').Any(url => url.Trim().Length == 0)) throw new InputException("--nats", null, "the address of a NATS server", Url);
        foreach (var (option, path) in ((string, string?)[])
            [("--nats-creds", Credentials), ("--nats-nkey", NKey), ("--nats-ca", Authorities), ("--nats-cert", Certificate), ("--nats-key", Key)])
        {
            if (path is not null && !File.Exists(path)) throw new InputException(option, null, "a file", path);
        }
        if ((Certificate is null) != (Key is null)) throw new InputException("--nats-cert, --nats-key", null, "both or none", "one");
        if (Prefix.Length is 0 or > 32 || Prefix.Any(letter => !char.IsAsciiLetterLower(letter) && !char.IsAsciiDigit(letter) && letter != '-'))
            throw new InputException("--nats-prefix", null, "1 to 32 lower-case letters, digits and hyphens", Prefix);
        if (Replicas is < 1 or > 5) throw new InputException("--nats-replicas", null, "1 to 5", $"{Replicas}");
    }

    private static string WithoutUser(string url)
    {
        var (start, at) = (url.IndexOf("://", StringComparison.Ordinal), url.LastIndexOf('@'));
        return at < 0 ? url : (start < 0 ? "" : url[..(start + 3)]) + url[(at + 1)..];
    }
}
