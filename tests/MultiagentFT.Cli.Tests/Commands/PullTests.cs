using MultiagentFT.Cli.Rendering;
using MultiagentFT.Cli.Setup;
using MultiagentFT.Cli.Tests.Processes;
using MultiagentFT.Hub;
using MultiagentFT.Hub.Tests;
using MultiagentFT.Testing;

namespace MultiagentFT.Cli.Tests.Commands;

public sealed class PullTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_model_is_pulled_once_and_named_as_model_afterwards()
    {
        var model = File.ReadAllBytes(TinyModel.Write(_folder.File("tiny.gguf")));
        await using var server = new PlainServer(_ => new PlainServer.Answer(200, model));
        (string, string)[] variables = [("XDG_CACHE_HOME", _folder.File("cache")), ("HF_ENDPOINT", server.Address.AbsoluteUri)];

        var pulled = (await MftProcess.RunAsync(variables, "pull", "hf:owner/name:tiny.gguf")).Succeeded();
        var path = _folder.File("cache/multiagentft/hub/models/owner/name/main/tiny.gguf");
        Assert.Equal(path, pulled.Output.Trim());
        Assert.Equal(model, File.ReadAllBytes(path));

        var adapter = TinyAdapter.Write(_folder.File("a.gguf"), path);
        (await MftProcess.RunAsync(variables, "merge", "--model", "hf:owner/name:tiny.gguf", "--adapter", adapter, "--output", _folder.File("merged.gguf"))).Succeeded();
        Assert.Single(server.Requests);
        var refused = await MftProcess.RunAsync(variables, "merge", "--model=hf:owner:tiny.gguf", "--adapter", adapter, "--output", _folder.File("other.gguf"));
        Assert.Equal(ExitCode.BadInput, refused.Code);
        Assert.StartsWith("mft: hf:owner:tiny.gguf: expected hf:OWNER/NAME:FILE, ", refused.Error.Trim(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "run", "--model", "hf:a/b:c")]
    [InlineData(true, "run", "--task=hf:datasets/a/b:c")]
    [InlineData(true, "work", "--models", "x.gguf", "hf:a/b:c")]
    [InlineData(false, "debate", "hf:a/b:c")]
    [InlineData(false, "run", "--output", "hf:a/b:c")]
    [InlineData(false, "debate", "--", "--model", "hf:a/b:c")]
    public void Names_are_looked_for_where_models_and_datasets_are_named(bool holds, params string[] arguments) => Assert.Equal(holds, HubArguments.Holds(arguments));

    [Fact]
    public void Progress_tells_rate_and_time_left()
    {
        Assert.Equal("12 MiB of 300 MiB, 1.5 MiB/s, 0:03:12 left", DownloadLines.Text(new DownloadProgress(12 << 20, 300 << 20, 1.5 * (1 << 20))));
        Assert.Equal("12 MiB", DownloadLines.Text(new DownloadProgress(12 << 20, null, 0)));
    }
}
