using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Contracts.Training;

/// <summary>
/// How an adapter is trained. The defaults suit the embedded model. The paper's released code finetunes all weights, with
/// learning rate 1e-5, 2 epochs, cosine, warm-up 0.03 and batches of 192 conversations.
/// </summary>
public sealed record TrainingOptions
{
    /// <summary>Rank r of the adapter. Range [1, 256], which is as far as the decoder serves. Default 8.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>The adapter's product is scaled by alpha / rank, or as <see cref="RsLora"/> says. Above 0. Default 16.</summary>
    public float Alpha { get; init; } = 16;

    /// <summary>Rank-stabilized LoRA (arXiv 2312.03732): the product is scaled by alpha / √rank. Default false.</summary>
    public bool RsLora { get; init; }

    /// <summary>Which linear layers get an adapter: any of q, k, v, o, gate, up, down. Default all seven.</summary>
    public IReadOnlyList<string> Targets { get; init; } = AllTargets;

    /// <summary>Dropout before the adapter. Range [0, 1). Default 0.</summary>
    public float Dropout { get; init; }

    /// <summary>Peak learning rate of AdamW. Above 0. Default 1e-3.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>How the learning rate falls after warm-up. Default cosine.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Cosine;

    /// <summary>Share of all steps over which the learning rate rises from 0. Range [0, 1). Default 0.03.</summary>
    public double WarmUp { get; init; } = 0.03;

    /// <summary>Decoupled weight decay. 0 or more. Default 0.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Gradients are scaled down to this norm; 0 leaves them. Default 1.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>Passes over the dataset. Range [1, 1000]. Default 4.</summary>
    public int Epochs { get; init; } = 4;

    /// <summary>Tokens of one batch, padding included. Range [16, 1 048 576]. Default 1024.</summary>
    public int BatchTokens { get; init; } = 1024;

    /// <summary>Batches whose gradients are summed for one step. Range [1, 4096]. Default 1.</summary>
    public int Accumulation { get; init; } = 1;

    /// <summary>Tokens of one conversation, at most; longer ones are left out and counted. Range [8, 1 048 576]. Default 1024.</summary>
    public int MaxLength { get; init; } = 1024;

    /// <summary>What is minimized: the key of an objective that the trainer has. Default <c>supervised</c>.</summary>
    public string Objective { get; init; } = "supervised";

    /// <summary>Which tokens count in the loss of the objective <c>supervised</c>. Default the last assistant turn.</summary>
    public LossTarget Loss { get; init; } = LossTarget.LastTurn;

    /// <summary>
    /// β of the objectives that learn preferences: how much a difference from the reference policy counts. Above 0. Default 0.1.
    /// </summary>
    public double Beta { get; init; } = 0.1;

    /// <summary>What preferences are measured against. Default the adapter that the training starts from.</summary>
    public ReferencePolicy Reference { get; init; }

    /// <summary>λ_D of the objective <c>kto</c>: what a wanted completion weighs. 0 or more. Default 1.</summary>
    public double DesirableWeight { get; init; } = 1;

    /// <summary>λ_U of the objective <c>kto</c>: what an unwanted completion weighs. 0 or more. Default 1.</summary>
    public double UndesirableWeight { get; init; } = 1;

    /// <summary>
    /// Memory of a trainer, such as <c>6GiB</c>: what is kept, and how many tokens go through the model at a time, is made to fit. Default empty: no bound.
    /// </summary>
    public string Memory { get; init; } = "";

    /// <summary>What is kept in memory between two uses. Default auto.</summary>
    public Kept Keep { get; init; }

    /// <summary>Whether matrix products run in bfloat16. Default true.</summary>
    public bool BFloat16 { get; init; } = true;

    /// <summary>
    /// CPU threads; 0 takes as many as there are cores, less what other programs take when the training begins, and goes on with as many where it continues:
    /// sums, and so the last bits of an adapter, may depend on them. Default 0.
    /// </summary>
    public int Threads { get; init; }

    /// <summary><c>cpu</c> or <c>cuda</c>. Default cpu.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>
    /// The alpha that an adapter's file has. Whatever serves it scales by alpha / rank, so with <see cref="RsLora"/> it is alpha · √rank.
    /// </summary>
    public float ServedAlpha() => RsLora ? (float)(Alpha * Math.Sqrt(Rank)) : Alpha;

    /// <summary>What the adapter's product is scaled by, in training and in serving: the float32 quotient of <see cref="ServedAlpha"/> and rank.</summary>
    public float Scale() => ServedAlpha() / Rank;

    public static IReadOnlyList<string> AllTargets { get; } = ["q", "k", "v", "o", "gate", "up", "down"];

    /// <summary>All that is out of range, one sentence each.</summary>
    public IEnumerable<string> Validate()
    {
        if (Rank is < 1 or > 256) yield return $"rank: expected 1 to 256, found {Rank}";
        if (!(Alpha > 0) || !float.IsFinite(Alpha)) yield return $"alpha: expected above 0, found {Alpha}";
        else if (RsLora && !float.IsFinite(ServedAlpha())) yield return $"alpha: expected an alpha whose product with √rank float32 holds, found {Alpha}";
        if (Targets.Count == 0) yield return "targets: expected at least one of q, k, v, o, gate, up, down, found none";
        foreach (var target in Targets.Where(target => !AllTargets.Contains(target)))
            yield return $"targets: expected q, k, v, o, gate, up or down, found {target}";
        if (Targets.Distinct().Count() != Targets.Count) yield return "targets: expected each once, found a repetition";
        if (!(Dropout is >= 0 and < 1)) yield return $"dropout: expected 0 or more and below 1, found {Dropout}";
        if (!(LearningRate > 0) || !double.IsFinite(LearningRate)) yield return $"learningRate: expected above 0, found {LearningRate}";
        if (!Enum.IsDefined(Schedule)) yield return $"schedule: expected constant, linear or cosine, found {Schedule:D}";
        if (!(WarmUp is >= 0 and < 1)) yield return $"warmUp: expected 0 or more and below 1, found {WarmUp}";
        if (!(WeightDecay >= 0) || !double.IsFinite(WeightDecay)) yield return $"weightDecay: expected 0 or more, found {WeightDecay}";
        if (!(ClipNorm >= 0) || !double.IsFinite(ClipNorm)) yield return $"clipNorm: expected 0 or more, found {ClipNorm}";
        if (Epochs is < 1 or > 1000) yield return $"epochs: expected 1 to 1000, found {Epochs}";
        if (BatchTokens is < 16 or > 1 << 20) yield return $"batchTokens: expected 16 to 1048576, found {BatchTokens}";
        if (Accumulation is < 1 or > 4096) yield return $"accumulation: expected 1 to 4096, found {Accumulation}";
        if (MaxLength is < 8 or > 1 << 20) yield return $"maxLength: expected 8 to 1048576, found {MaxLength}";
        if (!Enum.IsDefined(Loss)) yield return $"loss: expected last-turn or all-turns, found {Loss:D}";
        if (!(Beta > 0) || !double.IsFinite(Beta)) yield return $"beta: expected above 0, found {Beta}";
        if (!Enum.IsDefined(Reference)) yield return $"reference: expected start or base, found {Reference:D}";
        if (!(DesirableWeight >= 0) || !double.IsFinite(DesirableWeight)) yield return $"desirableWeight: expected 0 or more, found {DesirableWeight}";
        if (!(UndesirableWeight >= 0) || !double.IsFinite(UndesirableWeight)) yield return $"undesirableWeight: expected 0 or more, found {UndesirableWeight}";
        if (Memory.Length > 0 && !ByteSize.TryParse(Memory, out _)) yield return $"memory: expected {ByteSize.Expected}, found {Memory}";
        if (!Enum.IsDefined(Keep)) yield return $"keep: expected auto, activations, weights or nothing, found {Keep:D}";
        if (Threads is < 0 or > 1024) yield return $"threads: expected 0 to 1024, found {Threads}";
        if (Device is not ("cpu" or "cuda")) yield return $"device: expected cpu or cuda, found {Device}";
    }
}
