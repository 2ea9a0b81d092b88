namespace MultiagentFT.Debate.Tasks;

/// <summary>Disjoint parts of a task's problems.</summary>
public enum Split
{
    /// <summary>For training a base model (<c>mft pretrain</c>).</summary>
    Pretraining,

    /// <summary>For choosing recipes and settings by hand.</summary>
    Development,

    /// <summary>Debated without labels to finetune the society.</summary>
    Training,

    /// <summary>For the reported accuracies only.</summary>
    Evaluation,

    /// <summary>All of a file's problems.</summary>
    All,
}
