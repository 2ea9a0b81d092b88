using System.Text.Json;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf.Tests.Samples;

namespace MultiagentFT.Gguf.Tests.Peft;

public sealed class PeftTests : IDisposable
{
    private const string Q = "self_attn.q_proj";
    private readonly TemporaryFolder _folder = new();
    private readonly SplitMix64 _random = new(3);

    public void Dispose() => _folder.Dispose();

    /// <summary>GGUF to PEFT and back, and PEFT to GGUF and back, at two ranks.</summary>
    [Theory]
    [InlineData("llama")]
    [InlineData("qwen3")]
    public void ARoundTripKeepsEveryBit(string architecture)
    {
        using var model = Model(architecture);
        var first = _folder.File("first.gguf");
        AdapterPairData[] pairs =
        [
            new("blk.0.attn_q.weight", 3, Random(3 * 32), Random(32 * 3)),
            new("blk.0.attn_k.weight", 2, Random(2 * 32), Random(16 * 2)),
            new("blk.1.attn_k.weight", 2, Random(2 * 32), Random(16 * 2)),
            new("blk.1.ffn_down.weight", 2, Random(2 * 64), Random(32 * 2)),
        ];
        AdapterWriter.Write(first, model, 5.5f, "first", pairs);
        using var before = AdapterFile.Open(first);
        PeftExport.Run(before, model, _folder.File("peft"), "somebody/some-model");
        Assert.Equal("somebody/some-model", PeftImport.Run(_folder.File("peft"), model, _folder.File("second.gguf"), "second"));

        using var after = AdapterFile.Open(_folder.File("second.gguf"));
        Assert.Equal(5.5f, after.Alpha);
        Assert.Equal(pairs.Select(pair => pair.BaseTensor).Order(), after.Pairs.Select(pair => pair.BaseTensor).Order());
        foreach (var pair in after.Pairs)
        {
            var expected = pairs.Single(data => data.BaseTensor == pair.BaseTensor);
            Assert.Equal(expected.A, FloatTensors.Read(after.File, pair.A));
            Assert.Equal(expected.B, FloatTensors.Read(after.File, pair.B));
        }
        PeftExport.Run(after, model, _folder.File("again"), "somebody/some-model");
        foreach (var name in (string[])["adapter_model.safetensors", "adapter_config.json"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(_folder.File("peft"), name)), File.ReadAllBytes(Path.Combine(_folder.File("again"), name)));
    }

    [Fact]
    public void TheConfigurationSaysWhatPeftNeeds()
    {
        using var model = Model("llama");
        AdapterWriter.Write(_folder.File("a.gguf"), model, 6, "a", [
            new("blk.0.attn_q.weight", 3, Random(3 * 32), Random(32 * 3)), new("blk.1.attn_q.weight", 2, Random(2 * 32), Random(32 * 2)), new("blk.1.attn_v.weight", 2, Random(2 * 32), Random(16 * 2))]);
        using var adapter = AdapterFile.Open(_folder.File("a.gguf"));
        PeftExport.Run(adapter, model, _folder.File("peft"), "b");
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder.File("peft"), "adapter_config.json")));
        var config = json.RootElement;
        Assert.Equal(("LORA", 2, 6f, false, "b"), (config.GetProperty("peft_type").GetString(), config.GetProperty("r").GetInt32(),
            config.GetProperty("lora_alpha").GetSingle(), config.GetProperty("use_rslora").GetBoolean(), config.GetProperty("base_model_name_or_path").GetString()));
        Assert.Equal(["model.layers.1.self_attn.v_proj", "q_proj"], config.GetProperty("target_modules").EnumerateArray().Select(target => target.GetString()!));
        Assert.Equal("{\"model.layers.0.self_attn.q_proj\":3}", JsonSerializer.Serialize(config.GetProperty("rank_pattern")));
    }

    /// <summary>Row 3 of a head of 8 is the fourth of its first half: row 6 in llama.cpp's order; row 4 is the first of the second: row 1.</summary>
    [Theory]
    [InlineData("llama", new[] { 0f, 4, 1, 5, 2, 6, 3, 7, 8, 12 })]
    [InlineData("qwen2", new[] { 0f, 1, 2, 3, 4, 5, 6, 7, 8, 9 })]
    public void RowsOfQueriesAndKeysGetTheOrderOfTheArchitecture(string architecture, float[] begin)
    {
        using var model = Model(architecture);
        float[] Rows(int count) => [.. Enumerable.Range(0, count).Select(row => (float)row)];
        new RawPeft().With("r", 1).Pair(0, Q, 1, new float[32], Rows(32)).Pair(0, "self_attn.k_proj", 1, new float[32], Rows(16)).Pair(0, "self_attn.v_proj", 1, new float[32], Rows(16)).Write(_folder.File("a"));
        PeftImport.Run(_folder.File("a"), model, _folder.File("a.gguf"), "a");
        using var adapter = AdapterFile.Open(_folder.File("a.gguf"));
        float[] B(string layer) => FloatTensors.Read(adapter.File, adapter.Pairs.Single(pair => pair.BaseTensor == $"blk.0.{layer}.weight").B);
        Assert.Equal(begin, B("attn_q")[..10]);
        Assert.Equal(begin, B("attn_k")[..10]);
        Assert.Equal(Rows(16), B("attn_v"));
    }

    /// <summary>alpha_pattern, rank_pattern and rsLoRA: the product of each pair, scaled as the GGUF file says, is PEFT's.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void EveryPairKeepsItsOwnScale(bool isRankStabilized)
    {
        using var model = Model("qwen2");
        var (a, b) = (Random(2 * 32), Random(32 * 2));
        var (wideA, wideB) = (Random(4 * 64), Random(32 * 4));
        new RawPeft().With("use_rslora", isRankStabilized).With("rank_pattern", new Dictionary<string, int> { ["layers.1.mlp.down_proj"] = 4, ["down_proj"] = 9 })
            .With("alpha_pattern", new Dictionary<string, double> { ["^x$"] = 3, [@"model\.layers\.[0-9]+\.mlp.*"] = 10 })
            .Pair(0, Q, 2, a, b).Pair(1, "mlp.down_proj", 4, wideA, wideB).Write(_folder.File("a"));
        PeftImport.Run(_folder.File("a"), model, _folder.File("a.gguf"), "a");
        using var adapter = AdapterFile.Open(_folder.File("a.gguf"));
        foreach (var (layer, rank, alpha, values) in ((string, int, double, float[])[])[("blk.0.attn_q.weight", 2, 4, b), ("blk.1.ffn_down.weight", 4, 10, wideB)])
        {
            var pair = adapter.Pairs.Single(pair => pair.BaseTensor == layer);
            var expected = alpha / (isRankStabilized ? Math.Sqrt(rank) : rank);
            var found = FloatTensors.Read(adapter.File, pair.B);
            for (var i = 0; i < found.Length; i++) Assert.Equal(expected * values[i], (double)adapter.Alpha / pair.Rank * found[i], Math.Abs(1e-6 * expected * values[i]));
        }
    }

    [Theory]
    [InlineData("F16")]
    [InlineData("BF16")]
    public void HalvesAreWrittenAsEqualFloats(string type)
    {
        using var model = Model("qwen2");
        float[] values = [.. Enumerable.Range(0, 64).Select(i => (i - 20) * 0.25f)];
        new RawPeft().Pair(0, Q, 2, values, values, type).Write(_folder.File("a"));
        PeftImport.Run(_folder.File("a"), model, _folder.File("a.gguf"), "a");
        using var adapter = AdapterFile.Open(_folder.File("a.gguf"));
        Assert.Equal(values, FloatTensors.Read(adapter.File, adapter.Pairs[0].A));
        Assert.Equal(values, FloatTensors.Read(adapter.File, adapter.Pairs[0].B));
    }

    [Theory]
    [InlineData("peft_type", "IA3", "peft_type: expected LORA, found IA3")]
    [InlineData("task_type", "SEQ_CLS", "task_type: expected CAUSAL_LM, found SEQ_CLS")]
    [InlineData("use_dora", true, "use_dora: expected no DoRA, whose magnitudes no GGUF adapter has, found true")]
    [InlineData("modules_to_save", new[] { "lm_head" }, "modules_to_save: expected no modules that are saved whole, found [\"lm_head\"]")]
    [InlineData("bias", "all", "bias: expected none, found all")]
    [InlineData("fan_in_fan_out", true, "fan_in_fan_out: expected no transposed weights, found true")]
    [InlineData("lora_bias", true, "lora_bias: expected no biases beside the factors, found true")]
    [InlineData("trainable_token_indices", new[] { 1 }, "trainable_token_indices: expected no trained rows of the embedding, found [1]")]
    [InlineData("init_lora_weights", "pissa_niter_4", "init_lora_weights: expected a start that leaves the base weights as they are, found pissa_niter_4")]
    [InlineData("a_new_key", 3, "a_new_key: expected a setting of LoRA that is known here, or one that is not used, found 3")]
    [InlineData("r", 0, "r: expected a finite number other than 0, found 0")]
    [InlineData("r", 2.5, "r: expected a rank of 1 or more, found 2.5")]
    [InlineData("r", 3, "lora_A.weight: expected 3 rows, the rank by adapter_config.json, of 32 values, the inputs in ")]
    [InlineData("lora_alpha", "x", "lora_alpha: expected a finite number other than 0, found \"x\"")]
    [InlineData("target_modules", new[] { "v_proj" }, "q_proj.lora_A.weight: expected a layer of target_modules (v_proj), found another")]
    public void SettingsThatCannotBeCarriedOverAreRefused(string key, object value, string message) => Refuses(new RawPeft().Pair(0, Q, 2, Random(64), Random(64)).With(key, value), message);

    [Fact]
    public void PatternsAreRefusedByTheirRanks()
    {
        var peft = new RawPeft().Pair(0, Q, 2, Random(64), Random(64));
        Refuses(peft.With("rank_pattern", new Dictionary<string, int> { ["q_proj"] = 4 }), "expected 4 rows, the rank by adapter_config.json");
        Refuses(peft.With("rank_pattern", new Dictionary<string, double> { ["q_proj"] = 1.5 }), "expected a rank of 1 or more, found 1.5");
        Refuses(peft.With("rank_pattern", new Dictionary<string, double> { ["(?=q)_proj"] = 2 }), "rank_pattern: expected patterns without look-around and back-references, found (?=q)_proj");
        Refuses(peft.With("rank_pattern", 4), "rank_pattern: expected an object of patterns, found 4");
    }

    [Fact]
    public void FactorsThatDoNotFitAreRefused()
    {
        var alone = new RawPeft();
        alone.Tensors.Add((RawPeft.Name(0, Q, 'A'), "F32", [2, 32], Random(64)));
        Refuses(alone, "layers.0.self_attn.q_proj.lora_B.weight: expected both factors of the layer, found lora_A alone");
        Refuses(new RawPeft().Pair(0, Q, 2, Random(48), Random(64)), "of 32 values, the inputs in ");
        Refuses(new RawPeft().Pair(0, Q, 2, Random(64), Random(48)), "expected 32 rows, the outputs in ");
        Refuses(new RawPeft().Pair(7, Q, 2, Random(64), Random(64)), "found one of blk.7.attn_q.weight, which it has not");
        Refuses(new RawPeft().Pair(0, "self_attn.w_pack", 2, Random(64), Random(64)), "lora_A.weight: expected a factor of self_attn.q_proj, self_attn.k_proj, ");
        Refuses(new RawPeft().Pair(0, Q, 2, [.. Random(63), float.NaN], Random(64)), "lora_A.weight[63]: expected a finite number, found NaN");
        Refuses(new RawPeft().With("lora_alpha", 1e12).Pair(0, Q, 2, Random(64), Random(64)), "is at most 1000000000 in norm, found up to ");
        foreach (var (name, found) in ((string, string)[])[
            ("base_model.model.model.embed_tokens.lora_embedding_A", "one of an embedding"), ("base_model.model.model.layers.0.self_attn.q_proj.bias", "a bias"),
            ("base_model.model.model.layers.0.self_attn.q_proj.lora_magnitude_vector", "a magnitude of DoRA"), ("model.layers.0.self_attn.q_proj.weight", "this one")])
        {
            var peft = new RawPeft();
            peft.Tensors.Add((name, "F32", [2, 32], Random(64)));
            Refuses(peft, $"{name}: expected factors base_model.model.model.layers.N.MODULE.lora_A.weight and lora_B.weight of linear layers alone, found {found}");
        }
    }

    [Fact]
    public void AnAdapterOfAnotherBaseIsRefusedBothWays()
    {
        using var model = Model("llama");
        using var other = ModelFile.Open(new TinyModel("llama", seed: 2).Write(_folder.File("other.gguf")));
        AdapterWriter.Write(_folder.File("a.gguf"), model, 5, "a", [new("blk.0.attn_q.weight", 2, Random(64), Random(64))]);
        using var adapter = AdapterFile.Open(_folder.File("a.gguf"));
        Assert.Contains("an adapter trained on", Assert.Throws<InputException>(() => PeftExport.Run(adapter, other, _folder.File("peft"), "x")).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("peft")));
        PeftExport.Run(adapter, model, _folder.File("peft"), "x");
        var error = Assert.Throws<InputException>(() => PeftImport.Run(_folder.File("peft"), other, _folder.File("b.gguf"), "b"));
        Assert.Contains($"expected {other.Fingerprint}, of {other.File.Path}, found {model.Fingerprint}", error.Message, StringComparison.Ordinal);
        Assert.Contains("a new or an empty folder", Assert.Throws<InputException>(() => PeftExport.Run(adapter, model, _folder.File("peft"), "x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void APickleIsNotRead()
    {
        using var model = Model("llama");
        var folder = new RawPeft().Pair(0, Q, 2, Random(64), Random(64)).Write(_folder.File("a"));
        File.Move(Path.Combine(folder, "adapter_model.safetensors"), Path.Combine(folder, "adapter_model.bin"));
        var error = Assert.Throws<InputException>(() => PeftImport.Run(folder, model, _folder.File("a.gguf"), "a"));
        Assert.Equal($"{folder}: expected adapter_model.safetensors, found adapter_model.bin alone, a pickle, which is not read", error.Message);
    }

    private void Refuses(RawPeft peft, string message)
    {
        using var model = Model("llama");
        var error = Assert.Throws<InputException>(() => PeftImport.Run(peft.Write(_folder.File("bad")), model, _folder.File("bad.gguf"), "bad"));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("bad.gguf")));
    }

    private ModelFile Model(string architecture) => ModelFile.Open(new TinyModel(architecture).Write(_folder.File("model.gguf")));

    private float[] Random(int count) => [.. Enumerable.Range(0, count).Select(_ => (_random.Next(2001) - 1000) / 1500f)];
}
