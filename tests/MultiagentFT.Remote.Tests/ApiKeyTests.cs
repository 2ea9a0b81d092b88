using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Remote.Tests.Endpoint;
using MultiagentFT.Testing;

namespace MultiagentFT.Remote.Tests;

public sealed class ApiKeyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_is_sent_and_not_shown()
    {
        await using var fake = await FakeEndpoint.StartAsync(RemoteTest.Key);
        File.WriteAllText(_folder.File("key"), $"  {RemoteTest.Key}\r\n");
        var key = ApiKey.OfFile(_folder.File("key"));
        using var endpoint = new RemoteEndpoint(new RemoteOptions { BaseUrl = fake.BaseUrl }, key);

        await endpoint.CheckAsync(CancellationToken.None);

        Assert.Equal("[API key]", $"{key}");
    }

    [Fact]
    public async Task A_refusal_that_repeats_it_is_shown_without_it()
    {
        await using var fake = await FakeEndpoint.StartAsync("another");
        await using var engine = RemoteTest.Engine(fake, key: RemoteTest.Key);
        using var endpoint = RemoteTest.Open(fake, key: RemoteTest.Key);

        var asked = await Assert.ThrowsAsync<InputException>(() => engine.GenerateAsync(RemoteTest.Ask()));
        var streamed = await Assert.ThrowsAsync<InputException>(() => engine.GenerateAsync(RemoteTest.Ask(), _ => { }));
        var check = await Assert.ThrowsAsync<InputException>(() => endpoint.CheckAsync(CancellationToken.None));

        foreach (var error in (Exception[])[asked, streamed, check])
        {
            Assert.EndsWith("found status 401: Incorrect API key provided: Bearer [API key]", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(RemoteTest.Key, error.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_answer_that_repeats_it_is_kept_without_it()
    {
        await using var fake = await FakeEndpoint.StartAsync(RemoteTest.Key);
        fake.Answer = _ => $"You sent {RemoteTest.Key} and sk-proj-Zx81 to me";
        await using var engine = RemoteTest.Engine(fake, key: RemoteTest.Key);
        var pieces = new List<string>();

        var whole = await engine.GenerateAsync(RemoteTest.Ask());
        var streamed = await engine.GenerateAsync(RemoteTest.Ask(), pieces.Add);

        Assert.Equal("You sent [API key] and sk-proj-Zx81 to me", whole.Text);
        Assert.Equal(whole.Text, streamed.Text);
        Assert.Equal(whole.Text, string.Concat(pieces));
    }

    [Fact]
    public void It_is_found_wherever_a_text_is_cut()
    {
        var text = $"sk-proj-{RemoteTest.Key}{RemoteTest.Key} sk-proj";
        for (var size = 1; size <= text.Length; size++)
        {
            var filter = new PieceFilter(ApiKey.Of(RemoteTest.Key, "test"));
            var shown = text.Chunk(size).Select(piece => filter.Add(new string(piece))).ToList();
            shown.Add(filter.End());

            Assert.Equal("sk-proj-[API key][API key] sk-proj", string.Concat(shown));
            Assert.All(shown, piece => Assert.DoesNotContain("Zx81", piece, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("two\nlines")]
    [InlineData("quo\"ted")]
    [InlineData("ключ")]
    public void What_is_no_key_is_refused_without_being_shown(string text)
    {
        File.WriteAllText(_folder.File("key"), text);

        var error = Assert.Throws<InputException>(() => ApiKey.OfFile(_folder.File("key")));

        Assert.Equal($"{_folder.File("key")}: expected an API key: 1 to 4096 printable ASCII characters without blanks and quotes, found something else", error.Message);
    }

    [Fact]
    public void A_file_that_is_not_there_or_too_large_is_refused()
    {
        File.WriteAllText(_folder.File("large"), new string('k', 1 << 20));

        Assert.Contains("expected a readable file with an API key", Assert.Throws<InputException>(() => ApiKey.OfFile(_folder.File("none"))).Message, StringComparison.Ordinal);
        Assert.Contains("found something else", Assert.Throws<InputException>(() => ApiKey.OfFile(_folder.File("large"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_does_not_leave_this_machine_unencrypted()
    {
        var key = ApiKey.Of(RemoteTest.Key, "test");

        var error = Assert.Throws<InputException>(() => new RemoteEndpoint(new RemoteOptions { BaseUrl = "http://example.com/v1" }, key));
        using var without = new RemoteEndpoint(new RemoteOptions { BaseUrl = "http://example.com/v1" }, null);
        using var encrypted = new RemoteEndpoint(new RemoteOptions { BaseUrl = "https://example.com/v1" }, key);

        Assert.StartsWith("remote.baseUrl: expected https, or no API key", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://user:secret@example.com/v1")]
    [InlineData("https://example.com/v1?key=secret")]
    [InlineData("ftp://example.com/v1")]
    [InlineData("example.com/v1")]
    public void Addresses_carry_no_secrets(string address) =>
        Assert.Contains(new RemoteOptions { BaseUrl = address }.Validate(), error => error.StartsWith("baseUrl: expected http(s)://", StringComparison.Ordinal));
}
