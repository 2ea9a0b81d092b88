namespace MultiagentFT.Runs.Methods;

/// <summary>What a method is for in tables, plots and the headline of a run.</summary>
public enum MethodRole
{
    /// <summary>Answers with the base model's weights: measured once, a level in plots, what finetuning has to beat.</summary>
    Baseline,

    /// <summary>One finetuned agent: a line in plots.</summary>
    FinetunedAgent,

    /// <summary>A finetuned society, which a run is about: its headline compares it with everything else.</summary>
    FinetunedSociety,

    /// <summary>Another way to answer with the weights of a finetuned method: a line in plots.</summary>
    Variant,
}
