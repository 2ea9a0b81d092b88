using System.CommandLine;
using MultiagentFT.Cluster.Connection;
using MultiagentFT.Foundation;

namespace MultiagentFT.Cli.Options;

/// <summary>Where the NATS servers are, and who asks: options as other NATS programs have them.</summary>
internal sealed class ConnectionOptions
{
    private readonly Option<string> _url = TypedOption.Text("--nats", "NATS servers, such as nats://host:4222 or tls://host; several apart by commas", "url");
    private readonly Option<string> _credentials = TypedOption.Text("--nats-creds", "Credentials file of a NATS user", TypedOption.File);
    private readonly Option<string> _nkey = TypedOption.Text("--nats-nkey", "File with an NKey seed", TypedOption.File);
    private readonly Option<string> _authorities = TypedOption.Text("--nats-ca", "Authorities that sign the servers' certificates (PEM); asks for TLS", TypedOption.File);
    private readonly Option<string> _certificate = TypedOption.Text("--nats-cert", "Certificate of this program (PEM); asks for TLS", TypedOption.File);
    private readonly Option<string> _key = TypedOption.Text("--nats-key", "Private key of the certificate (PEM)", TypedOption.File);
    private readonly Option<string> _prefix =
        TypedOption.Text("--nats-prefix", $"Begins the names of all subjects, streams and buckets [default: {ClusterAddress.DefaultPrefix}]", "name");

    /// <param name="command">Gets the options.</param>
    /// <param name="isRequired">Whether there is nothing to do without a server.</param>
    public ConnectionOptions(Command command, bool isRequired)
    {
        _url.Required = isRequired;
        foreach (var option in (Option[])[_url, _credentials, _nkey, _authorities, _certificate, _key, _prefix]) command.Add(option);
    }

    public static string Url => "--nats";

    private IEnumerable<string> Others => ((Option[])[_credentials, _nkey, _authorities, _certificate, _key, _prefix]).Select(option => option.Name);

    /// <summary>Null without <c>--nats</c>.</summary>
    /// <exception cref="InputException">There are others without it.</exception>
    public ClusterAddress? Read(ParseResult parsed)
    {
        if (parsed.GetValue(_url) is not { } url)
        {
            IgnoredOptions.Refuse(parsed, Url, Others);
            return null;
        }
        return new ClusterAddress(url)
        {
            Credentials = parsed.GetValue(_credentials),
            NKey = parsed.GetValue(_nkey),
            Authorities = parsed.GetValue(_authorities),
            Certificate = parsed.GetValue(_certificate),
            Key = parsed.GetValue(_key),
            Prefix = parsed.ValueOr(_prefix, ClusterAddress.DefaultPrefix),
        };
    }
}
