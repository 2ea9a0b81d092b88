using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf;

/// <summary>Reads a model's sizes from its metadata, checked against llama.cpp's limits and against each other.</summary>
internal static class ShapeReader
{
    /// <summary>llama.cpp aborts beyond these.</summary>
    private const int MaximumBlocks = 512;
    private const int MaximumExperts = 512;

    private const int MaximumWidth = 1 << 24;
    private const int MaximumContext = 1 << 30;
    private const float DefaultRopeBase = 10_000;

    /// <summary>Contexts are stretched some hundred times at most.</summary>
    private const float MaximumRopeFactor = 1e6f;

    private static readonly string[] RopeScalings = ["none", "linear", "yarn", "longrope"];
    private static readonly string[] RopeFactors = ["rope.scaling.factor", "rope.scale_linear", "rope.scaling.attn_factor"];

    /// <summary>Everything but the vocabulary and whether the output is tied, which are no such keys.</summary>
    /// <exception cref="InputException">A key is missing, of another type, out of range, or contradicts another one.</exception>
    public static ModelShape Read(GgufMetadata metadata)
    {
        var architecture = metadata.RequireString("general.architecture");
        if (architecture.Length == 0)
            throw new InputException(metadata.Source, "general.architecture", "an architecture's name", "an empty string");
        var known = ArchitectureCatalog.Find(architecture);
        var isChecked = known is not null;
        string Key(string name) => $"{architecture}.{name}";
        int Require(string name, int maximum) => (int)metadata.RequireInteger(Key(name), 1, maximum);

        var blocks = Require("block_count", MaximumBlocks);
        var embedding = Require("embedding_length", MaximumWidth);
        var context = Require("context_length", MaximumContext);
        var perBlock = new PerBlockReader(metadata, blocks, isUniform: isChecked);
        var heads = perBlock.Read(Key("attention.head_count"), MaximumWidth, fallback: null);
        var headLength = ReadHeadLength(metadata, Key("attention."), embedding, heads, isChecked);
        var keyValueHeads = perBlock.Read(Key("attention.head_count_kv"), heads, fallback: heads);
        if (isChecked && heads % keyValueHeads != 0)
            throw new InputException(
                metadata.Source, Key("attention.head_count_kv"), $"a divisor of the {heads} heads", $"{keyValueHeads}");
        var feedForward = perBlock.Read(Key("feed_forward_length"), MaximumWidth, fallback: isChecked ? null : 0);
        CheckScaling(metadata, Key);
        // Layers that predict further tokens are the last ones.
        metadata.TryGetInteger(Key("nextn_predict_layers"), 0, blocks - 1, out _);
        return new ModelShape
        {
            Architecture = architecture,
            Vocabulary = 0,
            Embedding = embedding,
            Blocks = blocks,
            Heads = heads,
            KeyValueHeads = keyValueHeads,
            HeadLength = headLength,
            FeedForward = feedForward,
            Context = context,
            Experts = ReadExperts(metadata, Key),
            RmsEpsilon = ReadPositive(metadata, Key("attention.layer_norm_rms_epsilon"), isChecked ? null : 0),
            RopeBase = ReadPositive(metadata, Key("rope.freq_base"), DefaultRopeBase),
            RopeDimensions = ReadRopeDimensions(metadata, Key("rope.dimension_count"), headLength, known),
        };
    }

    private static int ReadHeadLength(GgufMetadata metadata, string prefix, int embedding, int heads, bool isChecked)
    {
        if (!metadata.TryGetInteger(prefix + "key_length", 1, MaximumWidth, out var length))
        {
            if (embedding % heads != 0)
                throw new InputException(metadata.Source, prefix + "head_count",
                    $"a divisor of the embedding length {embedding} (or {prefix}key_length)", $"{heads}");
            length = embedding / heads;
        }
        if (isChecked && metadata.TryGetInteger(prefix + "value_length", 1, MaximumWidth, out var valueLength) && valueLength != length)
            throw new InputException(metadata.Source, prefix + "value_length", $"the head length {length}", $"{valueLength}");
        if (length * heads > MaximumWidth)
            throw new InputException(
                metadata.Source, prefix + "key_length", $"heads of at most {MaximumWidth} in all", $"{heads} x {length}");
        return (int)length;
    }

    /// <summary>llama.cpp aborts for other types, and computes NaN from factors without measure. A factor of 0 stands for none.</summary>
    private static void CheckScaling(GgufMetadata metadata, Func<string, string> key)
    {
        var typeKey = key("rope.scaling.type");
        if (metadata.TryGetString(typeKey, out var type) && !RopeScalings.Contains(type))
            throw new InputException(metadata.Source, typeKey, string.Join(", ", RopeScalings), type);
        foreach (var factorKey in RopeFactors.Select(key))
        {
            if (metadata.TryGetSingle(factorKey, out var factor) && factor is not (0 or (>= 1 / MaximumRopeFactor and <= MaximumRopeFactor)))
                throw new InputException(metadata.Source, factorKey, $"0, or 1/{MaximumRopeFactor:0} to {MaximumRopeFactor:0}", $"{factor}");
        }
    }

    private static int ReadExperts(GgufMetadata metadata, Func<string, string> key)
    {
        if (!metadata.TryGetInteger(key("expert_count"), 0, MaximumExperts, out var count) || count == 0)
        {
            metadata.TryGetInteger(key("expert_used_count"), 0, 0, out _);
            return 0;
        }
        metadata.RequireInteger(key("expert_used_count"), 1, count);
        if (metadata.TryGetInteger(key("expert_group_count"), 0, count, out var groups) && groups > 1)
        {
            if (count % groups != 0) throw new InputException(metadata.Source, key("expert_group_count"), $"a divisor of the {count} experts", $"{groups}");
            metadata.RequireInteger(key("expert_group_used_count"), 1, groups - 1);
        }
        return (int)count;
    }

    /// <param name="known">The architecture, when it is known here.</param>
    private static int ReadRopeDimensions(GgufMetadata metadata, string key, int headLength, ModelArchitecture? known)
    {
        if (!metadata.TryGetInteger(key, 0, MaximumWidth, out var dimensions)) return headLength;
        if (known is { MayRotatePartly: false } && dimensions != headLength)
            throw new InputException(metadata.Source, key, $"the head length {headLength}", $"{dimensions}");
        if (known is not null && (dimensions == 0 || dimensions % 2 != 0 || dimensions > headLength))
            throw new InputException(metadata.Source, key, $"an even number from 2 to the head length {headLength}", $"{dimensions}");
        return (int)dimensions;
    }

    private static float ReadPositive(GgufMetadata metadata, string key, float? fallback)
    {
        if (!metadata.TryGetSingle(key, out var value)) return fallback ?? metadata.RequireSingle(key);
        return float.IsFinite(value) && value > 0
            ? value
            : throw new InputException(metadata.Source, key, "a finite number above 0", $"{value}");
    }
}
