using MultiagentFT.Contracts.Generation;
using MultiagentFT.Fuzz.Tests.Mutation;
using MultiagentFT.Fuzz.Tests.Readers;
using MultiagentFT.Gguf;
using MultiagentFT.Testing;

namespace MultiagentFT.Fuzz.Tests;

/// <summary>Damaged models and adapters. What passes all checks is opened by the native library as well, some of it.</summary>
public sealed class ModelFuzzTests : IDisposable
{
    private const int Count = 300;

    /// <summary>Processes of the short run; the long one starts one for 40 mutants.</summary>
    private const int Processes = 3;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task A_model_with_a_vocabulary_of_byte_pairs() => ModelsAsync("model, byte pairs", new TinyModelOptions { Blocks = 1, EmbeddingLength = 32, FeedForwardLength = 64 });

    [Fact]
    public Task A_model_with_a_vocabulary_of_SentencePiece() =>
        ModelsAsync("model, SentencePiece", new TinyModelOptions { SentencePiece = true, Blocks = 1, EmbeddingLength = 32, FeedForwardLength = 64 });

    [Fact]
    public async Task An_adapter()
    {
        var model = TinyModel.Write(_folder.File("base.gguf"), new TinyModelOptions { Blocks = 1, EmbeddingLength = 32, FeedForwardLength = 64 });
        var whole = TinyAdapter.Write(_folder.File("whole.gguf"), model, new TinyAdapterOptions { Rank = 2, Targets = ["attn_q", "ffn_down"] });
        using var opened = ModelFile.Open(model);
        await ReadAsync("adapter", whole, path =>
        {
            using var adapter = AdapterFile.Open(path);
            adapter.RequireBase(opened);
        }, (child, mutant, path, decoder) => child.OpenAsync(mutant, decoder, model, path));
    }

    private Task ModelsAsync(string subject, TinyModelOptions options) => ReadAsync(subject, TinyModel.Write(_folder.File("whole.gguf"), options), path =>
    {
        using var model = ModelFile.Open(path);
        _ = model.Fingerprint;
    }, (child, mutant, path, decoder) => child.OpenAsync(mutant, decoder, path));

    private async Task ReadAsync(string subject, string whole, Action<string> open, Func<ChildProcess, Mutant, string, DecoderKind, Task> openInChild)
    {
        var path = _folder.File("mutant.gguf");
        var passed = new List<(int Number, Mutant Mutant)>();
        var every = FuzzSettings.Count is null ? Count / Processes / 4 : 10;
        var (passing, number) = (0, FuzzSettings.Only ?? 0);
        Fuzzer.Run(subject, Count, new GgufMutants(whole, _folder.File("scratch.gguf")).Any, mutant =>
        {
            File.WriteAllBytes(path, mutant.Content);
            var takes = Fuzzer.Takes(() => open(path));
            InspectedFile.Shows(path);
            if (takes && passing++ % every == 0) passed.Add((number, mutant));
            number++;
            return takes;
        });
        var child = new ChildProcess(subject);
        var faults = new List<string>();
        foreach (var (which, mutant) in passed.Take(FuzzSettings.Count is { } count ? Math.Max(count / 40, 1) : Processes))
        {
            File.WriteAllBytes(path, mutant.Content);
            try
            {
                await openInChild(child, mutant, path, which % 2 == 0 ? DecoderKind.Auto : DecoderKind.Llama);
            }
            catch (Xunit.Sdk.XunitException error)
            {
                faults.Add($"{subject}, MFT_FUZZ_SEED={FuzzSettings.Seed} MFT_FUZZ_ONLY={which}: {error.Message}");
                FuzzSettings.Log(faults[^1]);
            }
        }
        child.Report();
        Assert.True(faults.Count == 0, string.Join("\n\n", faults));
    }
}
