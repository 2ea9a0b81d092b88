using MultiagentFT.Contracts.Training;
using MultiagentFT.Training.Objectives;

namespace MultiagentFT.Cli.Options;

/// <summary>How adapters are trained, as options.</summary>
internal static class TrainingSettings
{
    /// <summary>What the names begin with among the options of a run.</summary>
    public const string Prefix = "--training-";

    /// <param name="prefix">What the names begin with: <c>--</c> alone where nothing but training has options.</param>
    public static Settings<TrainingOptions> Create(string prefix) => new Settings<TrainingOptions>(new TrainingOptions())
        .Number(prefix + "rank", "Rank of the adapter", training => training.Rank, (training, value) => training with { Rank = value })
        .Number(prefix + "alpha", "The adapter is scaled by alpha / rank",
            training => training.Alpha, (training, value) => training with { Alpha = value })
        .Flag(prefix + "rslora", "Scale it by alpha / sqrt(rank); the file's alpha is alpha * sqrt(rank), so that all that serves it scales alike",
            training => training with { RsLora = true })
        .Texts(prefix + "targets", "Linear layers with an adapter", "q,k,...",
            training => training.Targets, (training, value) => training with { Targets = value })
        .Number(prefix + "dropout", "Dropout before the adapter",
            training => training.Dropout, (training, value) => training with { Dropout = value })
        .Number(prefix + "learning-rate", "Peak learning rate",
            training => training.LearningRate, (training, value) => training with { LearningRate = value })
        .Choice(prefix + "schedule", "How the learning rate falls",
            training => training.Schedule, (training, value) => training with { Schedule = value })
        .Number(prefix + "warm-up", "Share of steps in which it rises",
            training => training.WarmUp, (training, value) => training with { WarmUp = value })
        .Number(prefix + "weight-decay", "Decoupled weight decay",
            training => training.WeightDecay, (training, value) => training with { WeightDecay = value })
        .Number(prefix + "clip-norm", "Limit of the gradient's norm; 0 has none",
            training => training.ClipNorm, (training, value) => training with { ClipNorm = value })
        .Number(prefix + "epochs", "Passes over the dataset",
            training => training.Epochs, (training, value) => training with { Epochs = value })
        .Number(prefix + "batch-tokens", "Tokens of one batch",
            training => training.BatchTokens, (training, value) => training with { BatchTokens = value })
        .Number(prefix + "accumulation", "Batches of one step",
            training => training.Accumulation, (training, value) => training with { Accumulation = value })
        .Number(prefix + "max-length", "Longer conversations are left out",
            training => training.MaxLength, (training, value) => training with { MaxLength = value })
        .Text(prefix + "objective", "What is minimized", string.Join('|', ObjectiveCatalog.Default.Keys),
            training => training.Objective, (training, value) => training with { Objective = value })
        .Choice(prefix + "loss", "Which turns are learned", training => training.Loss, (training, value) => training with { Loss = value })
        .Number(prefix + "beta", "Of preference objectives: what a difference from the reference counts",
            training => training.Beta, (training, value) => training with { Beta = value })
        .Choice(prefix + "reference", "Of preference objectives: what they are measured against",
            training => training.Reference, (training, value) => training with { Reference = value })
        .Number(prefix + "desirable-weight", "Of kto: what a wanted completion weighs",
            training => training.DesirableWeight, (training, value) => training with { DesirableWeight = value })
        .Number(prefix + "undesirable-weight", "Of kto: what an unwanted completion weighs",
            training => training.UndesirableWeight, (training, value) => training with { UndesirableWeight = value })
        .Text(prefix + "memory", "Memory of a trainer, such as 6GiB: what it keeps and how much it computes at a time is made to fit", "size",
            training => training.Memory, (training, value) => training with { Memory = value })
        .Choice(prefix + "keep", "What stays in memory between two uses: activations and dequantized weights, weights alone, or nothing",
            training => training.Keep, (training, value) => training with { Keep = value })
        .Flag(prefix + "float32", "Matrix products in float32, not bfloat16", training => training with { BFloat16 = false })
        .Number(prefix + "threads", "CPU threads of a training; 0: as many as there are cores, less what other programs take when it begins",
            training => training.Threads, (training, value) => training with { Threads = value })
        .Text(prefix + "device", "Where it is computed", "cpu|cuda",
            training => training.Device, (training, value) => training with { Device = value });
}
