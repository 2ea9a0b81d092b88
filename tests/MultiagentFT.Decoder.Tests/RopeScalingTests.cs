using MultiagentFT.Decoder.Cpu;
using MultiagentFT.Decoder.Tests.Ggml;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native;
using MultiagentFT.Runtimes;
using MultiagentFT.Testing;

namespace MultiagentFT.Decoder.Tests;

/// <summary>Stretched rotary embeddings. The oracle is libllama on the same file.</summary>
public sealed class RopeScalingTests : IDisposable
{
    private const string Type = "rope.scaling.type";
    private const string Factor = "rope.scaling.factor";
    private const string Magnitude = "rope.scaling.attn_factor";
    private const string Original = "rope.scaling.original_context_length";

    private static readonly int[] Prompt = [3, 80, 81, 150, 9, 12, 44, 45, 46, 200, 201, 7, 7, 30, 31, 32, 33, 100];
    private readonly TemporaryFolder _folder = new();

    /// <summary>Slots of the tests have 160 tokens.</summary>
    public static TheoryData<string, string, bool> Stretched => new(
        from name in (string[])["linear", "short", "long", "ignored"]
        from architecture in (string[])["llama", "phi3"]
        from device in (bool[])[false, true]
        where architecture == "phi3" || name is "linear" or "ignored"
        select (name, architecture, device));

    [Theory]
    [MemberData(nameof(Stretched))]
    public void StretchedPositionsEqualLibllamas(string name, string architecture, bool device)
    {
        var (keys, hasFactors) = Settings(name);
        var plain = Model(architecture, [], hasFactors: false);
        var changed = Model(architecture, keys, hasFactors);
        using var ours = Open(changed, device);
        using var theirs = ModelRuntimes.Open(changed, new LlamaRuntimeOptions { GpuLayers = 0 });
        ours.AssertFollows(theirs, Prompt, 64, noise: 2e-3f);

        using var same = Open(plain, device);
        var distance = Generation.RelativeDistance(same.Greedy(Prompt, 1).Logits[0], ours.Greedy(Prompt, 1).Logits[0]);
        if (name == "ignored") Assert.Equal(0, distance);
        else Assert.InRange(distance, 0.01f, 10);
    }

    [Theory]
    [InlineData(Factor, -2f)]
    [InlineData(Factor, float.NaN)]
    [InlineData(Magnitude, float.PositiveInfinity)]
    public void ValuesOutOfRangeAreRefused(string key, float value)
    {
        var model = Model("phi3", [(key, value)], hasFactors: false);
        var error = Assert.Throws<InputException>(() => CpuRuntime.Open(model));
        Assert.Contains("phi3." + key, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DivisorsOfFrequenciesAreAboveZero()
    {
        var model = Model("phi3", [], hasFactors: true, firstLong: 0);
        Assert.Contains("rope_factors_long.weight[0]", Assert.Throws<InputException>(() => CpuRuntime.Open(model)).Message, StringComparison.Ordinal);
        Assert.Contains("rope_factors_long.weight[0]", Assert.Throws<InputException>(() => TestDevice.Open(model)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static ((string, object)[] Keys, bool HasFactors) Settings(string name) => name switch
    {
        "linear" => ([(Type, "linear"), (Factor, 4f)], false),
        "short" => ([(Magnitude, 1.25f), (Original, 512u)], true),
        "long" => ([(Type, "longrope"), (Magnitude, 1.25f), (Original, 64u)], true),
        _ => ([(Type, "none"), (Factor, 4f)], false),
    };

    private static IModelRuntime Open(string model, bool device) => device ? TestDevice.Open(model) : CpuRuntime.Open(model);

    private string Model(string architecture, (string Key, object Value)[] keys, bool hasFactors, float firstLong = 1.5f) =>
        TinyModel.Write(_folder.File($"{keys.Length}-{hasFactors}.gguf"), new TinyModelOptions
        {
            Architecture = architecture,
            Settings = keys.ToDictionary(setting => setting.Key, setting => setting.Value),
            RopeFactors = hasFactors ? ([1, 1.1f, 1.2f, 1.3f, 1.4f, 1.5f, 1.6f, 1.7f], [firstLong, 2, 3, 4, 5, 6, 7, 8]) : null,
        });
}
