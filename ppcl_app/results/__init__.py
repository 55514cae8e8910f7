"""What people take away beside the model: recipe, report, and sheets to print."""
