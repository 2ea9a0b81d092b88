using System.CommandLine;
using MultiagentFT.Cli.Options;
using MultiagentFT.Cli.Rendering;
using MultiagentFT.Foundation;
using MultiagentFT.Hub;

namespace MultiagentFT.Cli.Commands;

/// <summary><c>mft pull</c>: a file of a hub into the cache.</summary>
internal sealed class PullCommand : MftCommand
{
    private readonly Argument<string> _source = new("source") { Description = "hf:OWNER/NAME:FILE, hf:OWNER/NAME@REVISION:FILE, hf:datasets/OWNER/NAME:FILE, or an address" };
    private readonly Option<string> _endpoint;
    private readonly Option<string> _cache;
    private readonly Option<string> _token;
    private readonly Option<string> _sha256;
    private readonly Option<bool> _again;
    private readonly Option<bool> _json;

    public PullCommand(Terminal terminal)
        : base(
            "pull",
            "Downloads a model or a dataset into the cache, checks it, and prints its path. The same command continues a download that was cut.",
            terminal,
            "mft pull hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF:qwen2.5-0.5b-instruct-q4_k_m.gguf",
            "mft pull hf:datasets/openai/gsm8k:main/train-00000-of-00001.parquet",
            "mft pull https://example.org/model.gguf --sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
    {
        Add(_source);
        _endpoint = Added(TypedOption.Text("--endpoint", $"Server of hf: names [default: the environment's {HubOptions.EndpointVariable}, or https://huggingface.co]", "address"));
        _cache = Added(TypedOption.Text("--cache", "Where files are kept; other commands look in the default [default: ~/.cache/multiagentft/hub]", TypedOption.Folder));
        _token = Added(TypedOption.Text("--token-file", $"File with the token of private and gated files, sent to the endpoint alone [default: the environment's {HubOptions.TokenVariable}]", TypedOption.File));
        _sha256 = Added(TypedOption.Text("--sha256", "What the file has to hash to [default: what the server says, if it says it]", "hash"));
        _again = Added(TypedOption.Flag("--again", "Download it even if it is in the cache, as a branch may have moved"));
        _json = Added(TypedOption.Flag("--json", "Print what was downloaded as JSON"));
    }

    public override bool IsResumable => true;

    protected override async Task ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var source = parsed.GetValue(_source)!;
        var sha256 = parsed.GetValue(_sha256)?.ToLowerInvariant();
        if (sha256 is not null && (sha256.Length != 64 || !sha256.All(char.IsAsciiHexDigit))) throw new InputException(_sha256.Name, null, "64 hexadecimal digits", sha256);
        using var client = new HubClient(HubOptions.Create(parsed.GetValue(_endpoint), parsed.GetValue(_cache), parsed.GetValue(_token)));
        var lines = new DownloadLines(Terminal, source, TimeProvider.System);
        var path = HubFile.IsName(source)
            ? await client.GetAsync(HubFile.Parse(source), parsed.GetValue(_again), sha256, lines, cancellation).ConfigureAwait(false)
            : await client.GetAsync(HubOptions.AddressOf(source, "source"), parsed.GetValue(_again), sha256, lines, cancellation).ConfigureAwait(false);
        if (parsed.GetValue(_json)) Terminal.WriteJson(new { source, file = path, bytes = new FileInfo(path).Length });
        else Terminal.Output.WriteLine(path);
    }
}
