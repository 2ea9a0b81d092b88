using MultiagentFT.Cluster.Connection;
using MultiagentFT.Cluster.Tests.Servers;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Tests.Fakes;
using NATS.Client.JetStream.Models;

namespace MultiagentFT.Cluster.Tests.Connection;

public sealed class ConnectionTests : IDisposable
{
    private readonly TemporaryFolder _files = new();

    [Theory]
    [InlineData("nats://127.0.0.1:1")]
    [InlineData("nats://user:secret@127.0.0.1:1")]
    [InlineData("not a server")]
    [InlineData("")]
    public async Task Without_a_server_there_is_a_sentence_without_secrets(string url)
    {
        var error = await Assert.ThrowsAsync<InputException>(() => ClusterConnection.OpenAsync(new ClusterAddress(url), "test", CancellationToken.None));

        Assert.StartsWith("--nats: expected ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_refused_and_the_right_one_is_not()
    {
        using var server = new NatsServer("authorization { users = [ { user: alice, password: right } ] }");

        var error = await Assert.ThrowsAsync<InputException>(
            () => ClusterConnection.OpenAsync(new ClusterAddress(server.UrlOf("alice", "wrong")), "test", CancellationToken.None));
        Assert.Contains("Authorization Violation", error.Message, StringComparison.OrdinalIgnoreCase);

        await using var connection = await ClusterConnection.OpenAsync(new ClusterAddress(server.UrlOf("alice", "right")), "test", CancellationToken.None);
        Assert.Null(await connection.TryOpenStreamsAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_stream_of_another_version_is_refused()
    {
        using var server = new NatsServer();
        await using var connection = await ClusterConnection.OpenAsync(new ClusterAddress(server.Url), "test", CancellationToken.None);
        await connection.JetStream.CreateStreamAsync(new StreamConfig("mft-work", ["mft.work.>"]) { Description = "MultiagentFT, format 0" });
        await connection.JetStream.CreateStreamAsync(new StreamConfig("mft-results", ["mft.results.>"]));

        var error = await Assert.ThrowsAsync<InputException>(() => connection.CreateStreamsAsync(CancellationToken.None));
        Assert.Contains("stream mft-work", error.Message, StringComparison.Ordinal);
        Assert.Contains("expected 'MultiagentFT, format 1'", error.Message, StringComparison.Ordinal);
        Assert.Contains("found 'MultiagentFT, format 0'", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InputException>(() => connection.TryOpenStreamsAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_full_server_is_told()
    {
        using var server = new NatsServer("accounts { T { jetstream { max_file: 20000 }, users: [ { user: a, password: b } ] } }\nno_auth_user: a");
        await using var connection = await ClusterConnection.OpenAsync(new ClusterAddress(server.Url), "test", CancellationToken.None);
        var streams = await connection.CreateStreamsAsync(CancellationToken.None);
        var messages = new MessageStream(connection, streams.Contents);

        var error = await Assert.ThrowsAnyAsync<NATS.Client.Core.NatsException>(
            () => messages.PublishAsync("mft.work.run.debate.id", new byte[50_000], null, CancellationToken.None));
        Assert.Contains("resource", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_subject_holds_one_message()
    {
        using var server = new NatsServer();
        await using var connection = await ClusterConnection.OpenAsync(new ClusterAddress(server.Url), "test", CancellationToken.None);
        var streams = await connection.CreateStreamsAsync(CancellationToken.None);
        var messages = new MessageStream(connection, streams.Contents);

        Assert.True(await messages.PublishAsync("mft.results.run.id.done", [1], null, CancellationToken.None));
        Assert.False(await messages.PublishAsync("mft.results.run.id.done", [2], null, CancellationToken.None));
        Assert.True(await messages.PublishAsync("mft.results.run.other.done", [3], null, CancellationToken.None));
    }

    [Fact]
    public async Task A_content_comes_back_as_it_was_or_not_at_all()
    {
        using var server = new NatsServer();
        await using var connection = await ClusterConnection.OpenAsync(new ClusterAddress(server.Url), "test", CancellationToken.None);
        var contents = (await connection.CreateStreamsAsync(CancellationToken.None)).Contents;
        var bytes = Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7)).ToArray();
        var path = _files.At("content");
        await File.WriteAllBytesAsync(path, bytes);

        var content = await contents.PutFileAsync(path, CancellationToken.None);
        Assert.Equal(content, await contents.PutAsync(bytes, CancellationToken.None));
        Assert.Equal(bytes, await contents.GetAsync(content, CancellationToken.None));
        var missing = content with { Sha256 = new string('0', 64) };
        Assert.Contains("found none", (await Assert.ThrowsAsync<InputException>(() => contents.GetAsync(missing, CancellationToken.None))).Message, StringComparison.Ordinal);
        var longer = content with { Bytes = content.Bytes + 1 };
        Assert.Contains("bytes, found 300000", (await Assert.ThrowsAsync<InputException>(() => contents.GetAsync(longer, CancellationToken.None))).Message, StringComparison.Ordinal);

        // Somebody puts another content under the same name.
        var objects = await new NATS.Client.ObjectStore.NatsObjContext(connection.JetStream).GetObjectStoreAsync("mft-objects");
        bytes[17]++;
        await objects.PutAsync(content.Sha256, bytes);
        await Assert.ThrowsAsync<InputException>(() => contents.GetFileAsync(content, _files.At("fetched"), CancellationToken.None));
        Assert.False(File.Exists(_files.At("fetched")));
        Assert.Single(Directory.GetFiles(_files.Root));
    }

    public void Dispose() => _files.Dispose();
}
