namespace MultiagentFT.Runs.Experiments;

/// <summary>A line of <c>results.csv</c> and <c>results.parquet</c>: a method in one run, and what all seeds have in common.</summary>
public sealed class ExperimentLine
{
    public string Model { get; set; } = "";

    public string Task { get; set; } = "";

    public string Method { get; set; } = "";

    public int Iteration { get; set; }

    /// <summary>From 1, among the runs that ended, in the order of the seeds.</summary>
    public int Run { get; set; }

    /// <summary>Of this run.</summary>
    public ulong Seed { get; set; }

    /// <summary>Of this run.</summary>
    public double? Accuracy { get; set; }

    public double? PooledAccuracy { get; set; }

    /// <summary>Lower end of the 95 % interval of the pooled accuracy.</summary>
    public double? Low { get; set; }

    /// <summary>Upper end.</summary>
    public double? High { get; set; }

    public double GeneratedTokens { get; set; }

    public double TrainingGeneratedTokens { get; set; }

    public double TrainedTokens { get; set; }

    public double Seconds { get; set; }

    public double Consensus { get; set; }

    /// <summary>Share of revised answers that no agent had given first; null where none was revised.</summary>
    public double? NewAnswers { get; set; }

    /// <summary>Of critics' responses under held-out critics, in nats a token; this and what follows are null where they were not measured.</summary>
    public double? HeldOutNegativeLogLikelihood { get; set; }

    public double? OwnNegativeLogLikelihood { get; set; }

    public double? CriticDivergence { get; set; }

    public double? GeneratorDivergence { get; set; }

    public double? CriticDivergenceFromBase { get; set; }

    public double? GeneratorDivergenceFromBase { get; set; }

    /// <summary>1 − cosine of embeddings.</summary>
    public double? CriticDissimilarity { get; set; }

    public double? GeneratorDissimilarity { get; set; }
}
