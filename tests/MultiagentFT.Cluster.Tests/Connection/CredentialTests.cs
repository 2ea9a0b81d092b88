using MultiagentFT.Cluster.Connection;
using MultiagentFT.Cluster.Tests.Servers;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Tests.Fakes;
using NATS.NKeys;

namespace MultiagentFT.Cluster.Tests.Connection;

/// <summary>TLS, NKeys and credentials files against a real server: the right ones come in and may use JetStream, wrong ones get one sentence.</summary>
public sealed class CredentialTests : IDisposable
{
    private readonly TemporaryFolder _files = new();

    [Fact]
    public async Task A_server_with_TLS_is_trusted_if_its_authority_is()
    {
        var (mine, other) = (new Authority(_files.Root, "mine"), new Authority(_files.Root, "other"));
        var (certificate, key) = mine.Issue("server");
        using var server = new NatsServer($"tls {{ cert_file: \"{certificate}\", key_file: \"{key}\" }}");
        var url = server.Url.Replace("nats://", "tls://", StringComparison.Ordinal);

        await ComesInAsync(new ClusterAddress(url) { Authorities = mine.File });
        await ComesInAsync(new ClusterAddress(server.Url) { Authorities = mine.File });
        // The system's authorities do not know it, and no more does another's.
        await StaysOutAsync(new ClusterAddress(url), "certificate");
        await StaysOutAsync(new ClusterAddress(url) { Authorities = other.File }, "certificate");
    }

    [Fact]
    public async Task A_server_that_asks_for_a_certificate_gets_one_that_it_trusts()
    {
        var (mine, other) = (new Authority(_files.Root, "mine"), new Authority(_files.Root, "other"));
        var (certificate, key) = mine.Issue("server");
        using var server = new NatsServer($"tls {{ cert_file: \"{certificate}\", key_file: \"{key}\", ca_file: \"{mine.File}\", verify: true }}");
        var address = new ClusterAddress(server.Url.Replace("nats://", "tls://", StringComparison.Ordinal)) { Authorities = mine.File };
        var (right, rightKey) = mine.Issue("client");
        var (wrong, wrongKey) = other.Issue("client");

        await ComesInAsync(address with { Certificate = right, Key = rightKey });
        await StaysOutAsync(address, "");
        await StaysOutAsync(address with { Certificate = wrong, Key = wrongKey }, "");
        // The key of another certificate, and a file that is none.
        await StaysOutAsync(address with { Certificate = right, Key = wrongKey }, "");
        await StaysOutAsync(address with { Certificate = right, Key = _files.Write("none.pem", "no key") }, "");
        await StaysOutAsync(address with { Authorities = _files.Write("nobody.pem", "no certificate") }, "");
    }

    [Fact]
    public async Task Servers_without_TLS_are_not_talked_to_where_it_is_asked_for()
    {
        using var server = new NatsServer();

        await StaysOutAsync(new ClusterAddress(server.Url) { Authorities = new Authority(_files.Root, "mine").File }, "TLS");
    }

    [Fact]
    public async Task A_user_with_an_NKey_comes_in_and_another_does_not()
    {
        using var pair = KeyPair.CreatePair(PrefixByte.User);
        using var stranger = KeyPair.CreatePair(PrefixByte.User);
        using var server = new NatsServer($"authorization {{ users = [ {{ nkey: {pair.GetPublicKey()} }} ] }}");
        var address = new ClusterAddress(server.Url);

        await ComesInAsync(address with { NKey = _files.Write("right.nk", pair.GetSeed()) });
        await StaysOutAsync(address with { NKey = _files.Write("wrong.nk", stranger.GetSeed()) }, "Authorization Violation", stranger.GetSeed());
        await StaysOutAsync(address with { NKey = _files.Write("none.nk", "SUnoseedatall") }, "", "SUnoseedatall");
        await StaysOutAsync(address with { NKey = _files.Write("empty.nk", "") }, "");
        await StaysOutAsync(address, "Authorization Violation");
    }

    [Fact]
    public async Task A_credentials_file_of_the_operator_comes_in_and_of_another_does_not()
    {
        var (mine, other) = (new Operator(), new Operator());
        using var server = new NatsServer(mine.Configuration);
        var address = new ClusterAddress(server.Url);

        await ComesInAsync(address with { Credentials = _files.Write("right.creds", mine.Credentials) });
        await StaysOutAsync(address with { Credentials = _files.Write("wrong.creds", other.Credentials) }, "Authorization Violation");
        await StaysOutAsync(address with { Credentials = _files.Write("none.creds", "hello") }, "", "hello");
        await StaysOutAsync(address with { Credentials = _files.Write("half.creds", mine.Credentials[..(mine.Credentials.Length / 2)]) }, "");
        await StaysOutAsync(address, "Authorization Violation");
    }

    public void Dispose() => _files.Dispose();

    private static async Task ComesInAsync(ClusterAddress address)
    {
        await using var connection = await ClusterConnection.OpenAsync(address, "test", CancellationToken.None);
        Assert.NotNull(await connection.CreateStreamsAsync(CancellationToken.None));
    }

    private static async Task StaysOutAsync(ClusterAddress address, string reason, string secret = "-----")
    {
        var error = await Assert.ThrowsAsync<InputException>(async () =>
        {
            await using var connection = await ClusterConnection.OpenAsync(address, "test", CancellationToken.None);
        });
        Assert.Matches("^--nats[a-z-]*: expected .*, found .*$", error.Message);
        Assert.Contains(reason, error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(secret, error.Message, StringComparison.Ordinal);
    }
}
