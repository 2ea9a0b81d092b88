using System.Security.Cryptography;
using System.Text;
using MultiagentFT.Foundation;
using MultiagentFT.Testing;
using static MultiagentFT.Hub.Tests.PlainServer;

namespace MultiagentFT.Hub.Tests;

public sealed class HubClientTests : IDisposable
{
    private const string Path = "/owner/name/resolve/main/sub/model.gguf";
    private static readonly HubFile File = HubFile.Parse("hf:owner/name:sub/model.gguf");
    private static readonly byte[] Content = [.. Enumerable.Range(0, 900_000).Select(i => (byte)(i * 31 + (i >> 8)))];
    private static readonly string Sha256 = Convert.ToHexStringLower(SHA256.HashData(Content));

    private readonly TemporaryFolder _folder = new();

    private string Place => _folder.File("models/owner/name/main/sub/model.gguf");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AFileComesOverARedirectAndTheTokenGoesToTheEndpointAlone()
    {
        await using var store = new PlainServer(request => Part(request, Content));
        await using var hub = new PlainServer(_ => Linked(302, $"Location: {store.Address}blob?x=1"));
        var steps = new List<DownloadProgress>();
        using var client = new HubClient(Options(hub) with { Token = "hf_secret" });

        Assert.Equal(Place, await client.GetAsync(File, again: false, null, new Listener(steps), default));

        Assert.Equal(Content, System.IO.File.ReadAllBytes(Place));
        Assert.Equal(Path, Assert.Single(hub.Requests).Path);
        Assert.Equal("Bearer hf_secret", hub.Requests[0].Headers["Authorization"]);
        Assert.DoesNotContain("Authorization", Assert.Single(store.Requests).Headers.Keys);
        Assert.Equal((Content.Length, Content.Length), (steps[^1].Done, steps[^1].Total!.Value));
        Assert.Equal(["model.gguf"], Directory.EnumerateFiles(System.IO.Path.GetDirectoryName(Place)!).Select(System.IO.Path.GetFileName));
        // What is in the cache is not asked for again.
        await client.GetAsync(File, again: false, Sha256, null, default);
        Assert.Single(hub.Requests);
        await client.GetAsync(File, again: true, null, null, default);
        Assert.Equal(2, hub.Requests.Count);
        Assert.Contains("SHA-256: expected " + new string('0', 64), (await Refused(() => client.GetAsync(File, again: false, new string('0', 64), null, default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithTheFirstPartOfAModelComeTheOthers()
    {
        await using var server = new PlainServer(request =>
        {
            var content = Encoding.UTF8.GetBytes(request.Path);
            return Part(request, content, tag: Convert.ToHexStringLower(SHA256.HashData(content)));
        });
        using var client = new HubClient(Options(server));
        const string Folder = "/owner/name/resolve/main/sub/";

        var path = await client.GetAsync(HubFile.Parse("hf:owner/name:sub/model-00001-of-00003.gguf"), again: false, null, null, default);
        var byAddress = await client.GetAsync(new Uri(server.Address, "files/m-00001-of-00002.gguf"), again: false, null, null, default);
        // A later part alone is what was asked for.
        await client.GetAsync(HubFile.Parse("hf:owner/other:m-00002-of-00002.gguf"), again: false, null, null, default);

        Assert.Equal(
            [$"{Folder}model-00001-of-00003.gguf", $"{Folder}model-00002-of-00003.gguf", $"{Folder}model-00003-of-00003.gguf",
                "/files/m-00001-of-00002.gguf", "/files/m-00002-of-00002.gguf", "/owner/other/resolve/main/m-00002-of-00002.gguf"],
            server.Requests.Select(request => request.Path));
        Assert.Equal(_folder.File("models/owner/name/main/sub/model-00001-of-00003.gguf"), path);
        Assert.Equal($"{Folder}model-00003-of-00003.gguf", System.IO.File.ReadAllText(path.Replace("00001-of", "00003-of", StringComparison.Ordinal)));
        Assert.Equal("/files/m-00002-of-00002.gguf", System.IO.File.ReadAllText(byAddress.Replace("00001-of", "00002-of", StringComparison.Ordinal)));
        Assert.Contains("--sha256: expected none", (await Refused(() => client.GetAsync(HubFile.Parse("hf:owner/name:m-00001-of-00002.gguf"), again: false, Sha256, null, default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CutConnectionsAreContinuedWhereTheyWereCut()
    {
        await using var server = new PlainServer(request => Part(request, Content[..Math.Min(Content.Length, request.From + 300_000)], Content.Length));
        using var client = new HubClient(Options(server));

        await client.GetAsync(File, again: false, null, null, default);

        Assert.Equal([0, 300_000, 600_000], server.Requests.Select(request => request.From));
        Assert.Equal(Content, System.IO.File.ReadAllBytes(Place));
    }

    [Fact]
    public async Task ATruncatedDownloadIsRefusedAndContinuedByTheNextCommand()
    {
        var end = 500_000;
        await using var server = new PlainServer(request => Part(request, Content[..end], Content.Length));
        using (var client = new HubClient(Options(server)))
        {
            var error = await Refused(() => client.GetAsync(File, again: false, null, null, default));
            Assert.StartsWith($"{server.Address.AbsoluteUri[..^1]}{Path}: expected the whole file, found ", error.Message, StringComparison.Ordinal);
            Assert.EndsWith("; 500000 bytes of it are kept, and the same command goes on there", error.Message, StringComparison.Ordinal);
        }
        Assert.False(System.IO.File.Exists(Place));
        Assert.Equal(Content[..end], System.IO.File.ReadAllBytes(Place + ".partial"));
        // One attempt that brought something, and two more that brought nothing.
        Assert.Equal([0, 500_000, 500_000], server.Requests.Select(request => request.From));
        end = Content.Length;
        using (var client = new HubClient(Options(server))) await client.GetAsync(File, again: false, null, null, default);
        Assert.Equal(500_000, server.Requests[^1].From);
        Assert.Equal(Content, System.IO.File.ReadAllBytes(Place));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AFileThatHasChangedOrAServerWithoutRangesBeginsAnew(bool hasChanged)
    {
        byte[] other = [.. Content.Reverse()];
        var content = Content[..200_000];
        await using var server = new PlainServer(request => hasChanged && content.Length == other.Length
            ? Part(request, other, null, Convert.ToHexStringLower(SHA256.HashData(other)))
            : new Answer(200, content, $"X-Linked-Etag: \"{Sha256}\"", $"X-Linked-Size: {Content.Length}") { Length = Content.Length });
        using var client = new HubClient(Options(server));
        await Refused(() => client.GetAsync(File, again: false, null, null, default));
        Assert.Equal(200_000, new FileInfo(Place + ".partial").Length);

        content = hasChanged ? other : Content;
        await client.GetAsync(File, again: false, null, null, default);

        Assert.Equal(content, System.IO.File.ReadAllBytes(Place));
    }

    [Fact]
    public async Task AnotherContentThanTheHashSaysIsDeleted()
    {
        byte[] forged = [.. Content];
        forged[12_345] ^= 1;
        await using var server = new PlainServer(request => Part(request, forged, null, Sha256));
        using var client = new HubClient(Options(server));

        var error = await Refused(() => client.GetAsync(File, again: false, null, null, default));

        Assert.Contains($"SHA-256: expected {Sha256}, found {Convert.ToHexStringLower(SHA256.HashData(forged))}; what came was deleted", error.Message, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(Place));
        Assert.Equal(0, new FileInfo(Place + ".partial").Length);
    }

    /// <summary>printf 'hello\n' | git hash-object --stdin</summary>
    [Theory]
    [InlineData("ce013625030ba8dba906f756967f9e9ca394464a", true)]
    [InlineData("ce013625030ba8dba906f756967f9e9ca394464b", false)]
    public async Task SmallFilesAreCheckedByGitsHash(string tag, bool fits)
    {
        await using var server = new PlainServer(_ => new Answer(200, Encoding.ASCII.GetBytes("hello\n"), $"ETag: \"{tag}\"", "X-Repo-Commit: 0123"));
        using var client = new HubClient(Options(server));
        if (fits) Assert.Equal("hello\n", System.IO.File.ReadAllText(await client.GetAsync(File, again: false, null, null, default)));
        else Assert.Contains("Git's SHA-1: expected " + tag, (await Refused(() => client.GetAsync(File, again: false, null, null, default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MoreThanTheServerSaysIsRefused()
    {
        await using var server = new PlainServer(_ => new Answer(200, Content, $"X-Linked-Etag: \"{Sha256}\"", "X-Linked-Size: 1000"));
        using var client = new HubClient(Options(server));
        Assert.EndsWith("expected 1000 bytes, as the server says, found more", (await Refused(() => client.GetAsync(File, again: false, null, null, default))).Message, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(Place));
    }

    [Fact]
    public async Task WithoutRoomNothingIsDownloadedAndWhatIsThereStays()
    {
        await using var server = new PlainServer(request => Part(request, Content));
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Place)!);
        System.IO.File.WriteAllBytes(Place + ".partial", Content[..1000]);
        System.IO.File.WriteAllText(Place + ".partial-tag", Sha256);
        using var client = new HubClient(Options(server) with { FreeBytes = _ => 898_999 });
        var error = await Refused(() => client.GetAsync(File, again: false, null, null, default));
        Assert.EndsWith("expected room for 899000 bytes more, found 898999 free; 1000 bytes of the file are kept", error.Message, StringComparison.Ordinal);
        Assert.Equal(1000, new FileInfo(Place + ".partial").Length);
    }

    [Theory]
    [InlineData(302, "Location: /again", "expected a file after at most 10 redirects, found more")]
    [InlineData(302, "X-Y: z", "Location: expected where a redirect leads, found nothing")]
    [InlineData(302, "Location: file:///etc/passwd", "Location: expected an address no less safe than the one before, found file")]
    [InlineData(401, "X-Y: z", "expected a file that may be read (HF_TOKEN or --token-file has the key of gated and private ones), found status 401")]
    [InlineData(404, "X-Y: z", "expected a file that the server has, found status 404")]
    [InlineData(503, "X-Y: z", "expected the whole file, found status 503; 0 bytes of it are kept, and the same command goes on there")]
    public async Task AnswersThatAreNoFileAreRefused(int status, string header, string message)
    {
        await using var server = new PlainServer(_ => new Answer(status, [], header));
        using var client = new HubClient(Options(server));
        Assert.EndsWith(message, (await Refused(() => client.GetAsync(File, again: false, null, null, default))).Message, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(Place));
    }

    [Fact]
    public async Task AServerThatSaysNothingIsGivenUp()
    {
        using var over = new ManualResetEventSlim();
        await using var server = new PlainServer(_ =>
        {
            over.Wait();
            return new Answer(404, []);
        });
        using var client = new HubClient(Options(server) with { Silence = TimeSpan.FromMilliseconds(20), Attempts = 2 });
        var error = await Refused(() => client.GetAsync(File, again: false, null, null, default));
        over.Set();
        Assert.Contains("expected the whole file, found nothing for 0 s; 0 bytes of it are kept", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnyAddressWillDoAndItsHashIsTheUsers()
    {
        await using var server = new PlainServer(request => new Answer(200, Content, "ETag: \"" + new string('a', 64) + "\""));
        using var client = new HubClient(Options(server));
        var address = new Uri(server.Address, "/files/my%20model.gguf?download=1");
        Assert.Contains("SHA-256: expected " + new string('0', 64), (await Refused(() => client.GetAsync(address, again: false, new string('0', 64), null, default))).Message, StringComparison.Ordinal);
        var path = await client.GetAsync(address, again: false, Sha256, null, default);
        Assert.Equal(_folder.File($"urls/127.0.0.1-{server.Address.Port}/files/my model.gguf"), path);
        Assert.Equal(Content, System.IO.File.ReadAllBytes(path));
        Assert.Contains("the address of a file", (await Refused(() => client.GetAsync(new Uri(server.Address, "/a/..%2f..%2fb"), again: false, null, null, default))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hf:a/b:c.gguf", "models/a/b/main/c.gguf", "https://huggingface.co/a/b/resolve/main/c.gguf")]
    [InlineData("hf:a/b@refs/pr/1:d/c d.gguf", "models/a/b/refs-pr-1/d/c d.gguf", "https://huggingface.co/a/b/resolve/refs%2Fpr%2F1/d/c%20d.gguf")]
    [InlineData("hf:datasets/a/b:c.parquet", "datasets/a/b/main/c.parquet", "https://huggingface.co/datasets/a/b/resolve/main/c.parquet")]
    public void NamesLeadToPlacesAndAddresses(string name, string place, string address)
    {
        var file = HubFile.Parse(name);
        Assert.Equal(_folder.File(place), file.In(_folder.Path));
        Assert.Equal(address, file.At(new HubOptions().Endpoint).AbsoluteUri);
        Assert.Equal(name, file.ToString());
    }

    [Theory]
    [InlineData("hf:a/b")]
    [InlineData("hf:a:c")]
    [InlineData("hf:a/b:../c")]
    [InlineData("hf:../b:c")]
    [InlineData("hf:a/..:c")]
    [InlineData("hf:a/b@../x:c")]
    [InlineData("hf:a/b:/etc/passwd")]
    [InlineData("hf:a/b:c?x")]
    [InlineData("hf:a/b:c\\d")]
    [InlineData("hf:a/b:c.partial")]
    public void OtherNamesAreRefused(string name) =>
        Assert.Contains("expected hf:OWNER/NAME:FILE, ", Assert.Throws<InputException>(() => HubFile.Parse(name)).Message, StringComparison.Ordinal);

    private static Answer Linked(int status, params string[] headers) => new(status, [], [$"X-Linked-Etag: \"{Sha256}\"", $"X-Linked-Size: {Content.Length}", .. headers]);

    /// <summary>The part that is asked for of what there is, of a file that has <paramref name="total"/> bytes.</summary>
    private static Answer Part(Request request, byte[] content, int? total = null, string? tag = null)
    {
        var size = total ?? content.Length;
        var headers = new List<string> { $"X-Linked-Etag: \"{tag ?? Sha256}\"", $"X-Linked-Size: {size}" };
        if (request.From > 0) headers.Add($"Content-Range: bytes {request.From}-{size - 1}/{size}");
        return new Answer(request.From > 0 ? 206 : 200, content[request.From..], [.. headers]) { Length = size - request.From };
    }

    private HubOptions Options(PlainServer server) => new() { Endpoint = server.Address, Cache = _folder.Path, Attempts = 3, Wait = TimeSpan.Zero };

    private static async Task<InputException> Refused(Func<Task> action) => await Assert.ThrowsAsync<InputException>(action);

    private sealed class Listener(List<DownloadProgress> steps) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => steps.Add(value);
    }
}
