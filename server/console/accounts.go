package console

func (k *Console) accountRoutes() []Route { return nil }
